/** Item-type bytes of the variable fields (PS3.8 9.3.2 and 9.3.3, PS3.7 D.3.3), shared by encoder and decoder. */

/** Items and sub-items by name; the comment names the clause that defines each. */
export const ITEM_TYPE = {
  applicationContext: 0x10, // PS3.8 9.3.2.1
  proposedContext: 0x20, // PS3.8 9.3.2.2
  answeredContext: 0x21, // PS3.8 9.3.3.2
  abstractSyntax: 0x30, // PS3.8 9.3.2.2.1
  transferSyntax: 0x40, // PS3.8 9.3.2.2.2
  userInformation: 0x50, // PS3.8 9.3.2.3
  maxPduLength: 0x51, // PS3.8 D.1.1
  implementationClassUid: 0x52, // PS3.7 D.3.3.2.1
  asyncOperations: 0x53, // PS3.7 D.3.3.3.1
  role: 0x54, // PS3.7 D.3.3.4.1
  implementationVersionName: 0x55, // PS3.7 D.3.3.2.3
  extended: 0x56, // PS3.7 D.3.3.5.1
  commonExtended: 0x57, // PS3.7 D.3.3.6.1
  userIdentity: 0x58, // PS3.7 D.3.3.7.1
  userIdentityResponse: 0x59, // PS3.7 D.3.3.7.2
} as const;

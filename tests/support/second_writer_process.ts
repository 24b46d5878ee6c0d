/** A process that writes files to a folder until its second thread has tried one, which fails there; prints whether it did. */
import process from "node:process";
import { SecondWriter } from "../../host/second_writer.ts";

const folder = process.argv[2]!;
const writer = new SecondWriter(`${folder}/`, [
  `${folder}/.own.part`,
  `${folder}/nothing/.second.part`,
]);
let failed = 0;
for (let batch = 0; batch < 2000 && failed === 0; batch++) {
  const files = Array.from({ length: 100 }, (_, index) => ({
    name: `${batch}-${index}`,
    bytes: new Uint8Array(500),
  }));
  failed = writer.write(files).length;
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(failed > 0 ? "tried" : "idle");
process.exit();

/**
 * Tables of the built-in demonstration archive. All of it is made up: names are the usual placeholders of their languages, or say
 * that they are examples. Data only.
 */

/** People who share a language, and thereby a Specific Character Set. */
export interface DemoGroup {
  /** Specific Character Set (0008,0005), values joined with backslashes; empty for the default repertoire. */
  readonly charset: string;
  /** `name/sex`, the name as in VR PN. */
  readonly people: readonly string[];
  /** Referring and performing physicians. */
  readonly physicians: readonly [string, string];
  readonly institution: string;
  /** The group's name for an examination, for one study of each patient. */
  readonly description: string;
}

/** One group per way of writing. Japanese comes three times, as code extensions allow it, Chinese four times. */
export const DEMO_GROUPS: readonly DemoGroup[] = [
  {
    charset: "",
    people: [
      "Doe^Jane/F",
      "Doe^John/M",
      "Roe^Richard^Q^^III/M",
      "Sample^Sally^Ann/F",
      "Placeholder^Peter^^Dr./M",
      "Fictional^Fiona/F",
      "O'Example^Liam/M",
      "Testcase^Tess/F",
      "Phantom^Quality Control/O",
    ],
    physicians: ["Demo^Dora^^Dr.", "Trial^Terence^^Dr."],
    institution: "Example General Hospital",
    description: "Annual check-up",
  },
  {
    charset: "ISO_IR 100",
    people: [
      "Müstermann^Jörg/M",
      "Müstermann^Käthe/F",
      "Beispielgröße^Änne/F",
      "Exemplé^Zoë/F",
      "Modèle^François/M",
      "Ejemplo^Íñigo/M",
      "Señalado^Begoña/F",
      "Exempelström^Åsa/F",
      "Prøve^Bjørn/M",
    ],
    physicians: ["Prüfer^Günther^^Dr.", "Essaïe^Hélène^^Dr."],
    institution: "Universitätsklinik Musterstädt",
    description: "Röntgen Thorax in zwei Ebenen",
  },
  {
    charset: "ISO_IR 101",
    people: [
      "Przykładowa^Łucja/F",
      "Wzór^Stanisław/M",
      "Příklad^Jiří/M",
      "Példa^Győző/M",
    ],
    physicians: ["Próbny^Józef^^Dr.", "Minta^Ödön^^Dr."],
    institution: "Szpital Przykładowy",
    description: "Badanie kontrolne płuc",
  },
  {
    charset: "ISO_IR 148",
    people: ["Örnek^Işıl/F", "Deneme^Çağrı/M"],
    physicians: ["Sınama^Gülşen^^Dr.", "Taslak^Barış^^Dr."],
    institution: "Örnek Hastanesi",
    description: "Göğüs röntgeni",
  },
  {
    charset: "ISO_IR 203",
    people: ["Œuvrard^Gaëtan/M", "Näyte^Šárka/F"],
    physicians: ["Cœur^Noëlle^^Dr.", "Malli^Žofie^^Dr."],
    institution: "Hôpital du Sacré-Cœur fictif",
    description: "Échographie du cœur",
  },
  {
    charset: "ISO_IR 144",
    people: [
      "Примеров^Пётр/M",
      "Образцова^Анна/F",
      "Тестов^Юрий/M",
      "Шаблонова^Щука/F",
      "Зразкова^Оксана/F",
    ],
    physicians: ["Пробный^Яков^^Д-р", "Учебная^Вера^^Д-р"],
    institution: "Учебная больница",
    description: "КТ органов грудной клетки",
  },
  {
    charset: "ISO_IR 126",
    people: [
      "Δοκιμαστής^Ιωάννης/M",
      "Παραδείγματος^Ελένη/F",
      "Υπόδειγμα^Σοφία/F",
    ],
    physicians: ["Πρότυπος^Νίκος^^Δρ", "Δείγμα^Μαρία^^Δρ"],
    institution: "Νοσοκομείο Παράδειγμα",
    description: "Ακτινογραφία θώρακος",
  },
  {
    charset: "ISO_IR 127",
    people: ["مثال^فلان/M", "تجربة^فلانة/F", "نموذج^علان/M"],
    physicians: ["اختبار^سمير", "عينة^ليلى"],
    institution: "مستشفى المثال",
    description: "أشعة الصدر",
  },
  {
    charset: "ISO_IR 138",
    people: ["אלמוני^פלוני/M", "לדוגמה^ישראלה/F", "ישראלי^ישראל/M"],
    physicians: ["ניסיון^דנה", "מבחן^יוסי"],
    institution: "בית חולים לדוגמה",
    description: "צילום חזה",
  },
  {
    charset: "ISO_IR 166",
    people: ["ตัวอย่าง^สมชาย/M", "ทดสอบ^สมหญิง/F"],
    physicians: ["สมมติ^วิชัย", "จำลอง^มาลี"],
    institution: "โรงพยาบาลตัวอย่าง",
    description: "เอกซเรย์ทรวงอก",
  },
  {
    charset: "\\ISO 2022 IR 87",
    people: [
      "Yamada^Tarou=山田^太郎=やまだ^たろう/M",
      "Rei^Hanako=例^花子=れい^はなこ/F",
      "Mihon^Ichirou=見本^一郎=みほん^いちろう/M",
    ],
    physicians: [
      "Tesuto^Jirou=試験^次郎=てすと^じろう",
      "Kari^Sakura=仮^桜=かり^さくら",
    ],
    institution: "見本病院",
    description: "胸部CT検査",
  },
  {
    charset: "ISO 2022 IR 13\\ISO 2022 IR 87",
    people: [
      "ﾔﾏﾀﾞ^ﾊﾅｺ=山田^花子=やまだ^はなこ/F",
      "ﾚｲﾀﾞｲ^ｻﾌﾞﾛｳ=例題^三郎=れいだい^さぶろう/M",
      "ﾓｹﾞﾚｲ^ﾏﾘ=模擬例^真理=もげれい^まり/F",
    ],
    physicians: ["ｼｹﾝ^ｼﾞﾛｳ=試験^次郎=しけん^じろう", "ｶﾘ^ｻｸﾗ=仮^桜=かり^さくら"],
    institution: "模擬病院",
    description: "頭部MR検査",
  },
  {
    charset: "ISO_IR 192",
    people: [
      "Kūsō^Ren=空想^蓮=くうそう^れん/M",
      "Bīnumschrift^Ünï=例子^多語/O",
      "Напримерова^Zoë/F",
      "Δείγμα^Łukasz/M",
    ],
    physicians: ["Örneková^Žižka^^Dr.", "Παράδειγμα^José^^Dr."],
    institution: "Ünïcode Klinik 例",
    description: "Контроль – contrôle – 検査",
  },
  {
    charset: "\\ISO 2022 IR 149",
    people: [
      "Hong^Gildong=洪^吉洞=홍^길동/M",
      "Kim^Yesi=金^例示=김^예시/F",
      "Lee^Gasang=李^假想=이^가상/M",
      "Park^Boggi=朴^本記=박^본기/F",
    ],
    physicians: ["Choi^Siheom=崔^試驗=최^시험", "Jeong^Moui=鄭^模擬=정^모의"],
    institution: "예시 병원",
    description: "흉부 검사",
  },
  {
    charset: "\\ISO 2022 IR 58",
    people: [
      "Zhang^XiaoDong=张^小东/M",
      "Li^SiLi=李^四例/F",
      "Shi^LiYi=示^例一/M",
    ],
    physicians: ["Yang^Ben=样^本", "Mo^Ni=模^拟"],
    institution: "示例医院",
    description: "胸部检查",
  },
  {
    charset: "GB18030",
    people: [
      "Wang^XiaoDong=王^小东/M",
      "Ce^ShiLi=测^试丽/F",
      "Xu^Gou=虚^构𠀀/M",
    ],
    physicians: ["Fang^Zhen=仿^真", "Yan^Shi=演^示"],
    institution: "虚构医院",
    description: "腹部检查",
  },
  {
    charset: "GBK",
    people: ["Chen^FanLi=陳^範例/F", "Liu^JiaShe=劉^假設/M"],
    physicians: ["Zheng^Mu=鄭^模", "Wu^YangBen=吳^樣本"],
    institution: "範例醫院",
    description: "頭部檢查",
  },
  {
    charset: "ISO_IR 192",
    people: [
      "Wang^Li=王^例/F",
      "Ceshi^Yi=測試^一/M",
      "Lin^Shiyan=林^試驗/F",
    ],
    physicians: ["Zhou^Shifan=周^示範", "Huang^Lianxi=黃^練習"],
    institution: "示範醫院",
    description: "心臟檢查",
  },
];

/** `modality SOP-class-suffix`: the part of the UID behind 1.2.840.10008.5.1.4.1.1. */
export const DEMO_SOP_CLASSES: Readonly<Record<string, string>> = {
  CR: "1",
  CT: "2",
  DX: "1.1",
  ECG: "9.1.1",
  ES: "77.1.1",
  KO: "88.59",
  MG: "1.2",
  MR: "4",
  NM: "20",
  OP: "77.1.5.1",
  OT: "7",
  PR: "11.1",
  PT: "128",
  RF: "12.2",
  RTDOSE: "481.2",
  RTPLAN: "481.5",
  RTSTRUCT: "481.3",
  SEG: "66.4",
  SM: "77.1.6",
  SR: "88.33",
  US: "6.1",
  XA: "12.1",
  XC: "77.1.4",
};

/** A kind of examination. */
export interface DemoProcedure {
  readonly description: string;
  readonly bodyPart: string;
  /** `modality/description/most instances` of each series. */
  readonly series: readonly string[];
}

/** The parts of the body that are examined, and the series of each examination. */
export const DEMO_PROCEDURES: readonly DemoProcedure[] = [
  {
    description: "CT Chest with contrast",
    bodyPart: "CHEST",
    series: [
      "CT/Topogram/2",
      "CT/Lung 1.5 mm/24",
      "CT/Mediastinum 3 mm/18",
      "SR/Dose report/1",
    ],
  },
  {
    description: "MR Brain",
    bodyPart: "HEAD",
    series: [
      "MR/T1 sagittal/12",
      "MR/T2 axial/16",
      "MR/FLAIR axial/16",
      "MR/DWI/12",
    ],
  },
  {
    description: "Chest PA and lateral",
    bodyPart: "CHEST",
    series: ["DX/PA/1", "DX/Lateral/1"],
  },
  { description: "US Abdomen", bodyPart: "ABDOMEN", series: ["US/Abdomen/9"] },
  {
    description: "Mammography screening",
    bodyPart: "BREAST",
    series: ["MG/Screening views/4", "PR/Marks/1"],
  },
  {
    description: "PET-CT whole body",
    bodyPart: "WHOLEBODY",
    series: [
      "CT/Low dose CT/20",
      "PT/FDG attenuation corrected/20",
      "PT/FDG uncorrected/20",
      "SEG/Lesions/1",
    ],
  },
  {
    description: "Coronary angiography",
    bodyPart: "HEART",
    series: ["XA/LCA/6", "XA/RCA/4"],
  },
  { description: "Hand left", bodyPart: "HAND", series: ["CR/Hand/2"] },
  {
    description: "Bone scintigraphy",
    bodyPart: "WHOLEBODY",
    series: ["NM/Whole body/2", "NM/Spots/4"],
  },
  {
    description: "Radiotherapy planning pelvis",
    bodyPart: "PELVIS",
    series: [
      "CT/Planning CT/24",
      "RTSTRUCT/Contours/1",
      "RTPLAN/Plan/1",
      "RTDOSE/Dose/1",
    ],
  },
  { description: "Resting ECG", bodyPart: "", series: ["ECG/12 leads/1"] },
  { description: "Gastroscopy", bodyPart: "STOMACH", series: ["ES/Stills/7"] },
  {
    description: "Fundus photography",
    bodyPart: "EYE",
    series: ["OP/Right/2", "OP/Left/2"],
  },
  {
    description: "Barium swallow",
    bodyPart: "ESOPHAGUS",
    series: ["RF/Swallow/5", "KO/For the referrer/1"],
  },
  {
    description: "Slides",
    bodyPart: "SKIN",
    series: ["SM/HE stain/3", "XC/Macroscopy/2", "OT/Request form/1"],
  },
];

/** x */
const a = document.querySelector("main");
console.log(a?.textContent);
a?.animate([]);

// Runs the WebAssembly module whose path is given: prints the checksum of each element and that of int8, and fails where one is
// not the expected one.

import { readFile } from "node:fs/promises";

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]));
const { checksum_of, checksum_of_int8, expected } = instance.exports;
const found = [[checksum_of(0), expected(0)], [checksum_of(1), expected(0)], [checksum_of_int8(), expected(1)]];
for (const [sum, wanted] of found.map((pair) => pair.map((number) => BigInt.asUintN(64, number)))) {
    console.log(`checksum 0x${sum.toString(16).padStart(16, "0")}`);
    if (sum !== wanted) process.exitCode = 1;
}

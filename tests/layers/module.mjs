// Runs the WebAssembly module whose path is given on each of the packed files behind it, and fails where a value differs.

import { readFile } from "node:fs/promises";

const [module, ...files] = process.argv.slice(2);
for (const file of files) {
    const { instance } = await WebAssembly.instantiate(await readFile(module));
    const { compare_at, memory } = instance.exports;
    const packed = await readFile(file);
    const at = memory.grow(Math.ceil(packed.length / 65536)) * 65536; // behind all that the module has
    new Uint8Array(memory.buffer).set(packed, at);
    const counts = BigInt.asUintN(64, compare_at(at, packed.length));
    const [values, differ] = [counts & 0xffffffffn, counts >> 32n];
    console.log(values === 0n ? `${file}: not what mlperf_tiny has packed` : `${file}: ${values} values, ${differ} differ`);
    if (values === 0n || differ !== 0n) process.exitCode = 1;
}

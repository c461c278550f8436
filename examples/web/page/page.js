// The page, and the worker that trains. Each has a wasm module of its own, called without any glue: numbers go in and out
// of the exported functions, arrays through the module's memory.

const RECORD = 65; // bytes of a stored digit: 64 pixels from 0 to 16, row by row, and what it is
// the networks, each with three modules and its weights
const NETS = {
  small: "Two convolutions",
  residual: "A residual block, normalisation and dropout",
};
const SIDE = 32; // of the bitmap that is counted in blocks of 4 × 4

if (globalThis.document) {
  page().catch((error) => {
    document.getElementById("message").textContent = `The page cannot start: ${error.message}`;
    throw error;
  });
} else {
  worker();
}

async function fetchBytes(name) {
  const response = await fetch(name);
  if (!response.ok) {
    throw new Error(`${name}: ${response.status} ${response.statusText}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

async function instantiate(name, simd) {
  const { instance } = await WebAssembly.instantiate(await fetchBytes(`${name}${simd ? "-simd" : ""}.wasm`));
  return instance.exports;
}

// parts of a module's memory, which never grows, but in int8: there they are asked for anew
const bytes = (wasm, pointer, length) => new Uint8Array(wasm.memory.buffer, pointer, length);
const floats = (wasm, pointer, length) => new Float32Array(wasm.memory.buffer, pointer, length);

// A module with one function, which makes a vector and drops it.
function hasSimd() {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const type = [0x01, 0x04, 0x01, 0x60, 0x00, 0x00];
  const functions = [0x03, 0x02, 0x01, 0x00];
  const code = [0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x11, 0x1a, 0x0b]; // i32.const 0, i32x4.splat, drop
  return WebAssembly.validate(Uint8Array.of(...header, ...type, ...functions, ...code));
}

// From strokes to the 8 × 8 counts of the data. In the data every digit is 32 pixels high, nearly all are 20 wide, and
// they have about the same number of black pixels, 312 on average: thin ones have been thickened. So the strokes are
// scaled to that height and width and centred, and the pen is as wide as it takes.

const WIDTH = 20;
const INK = 312;
const PENS = [1, 6]; // the radius, from narrowest to widest
const STRETCH = 1.5; // the most that one direction is scaled more than the other

function bitmapOf(strokes) {
  let [narrow, wide] = PENS;
  for (let n = 0; n < 8; n++) {
    const radius = (narrow + wide) / 2;
    if (rasterise(strokes, radius).ink < INK) {
      narrow = radius;
    } else {
      wide = radius;
    }
  }
  return rasterise(strokes, narrow).pixels;
}

// Pixels whose centres are within `radius` of a stroke are black.
function rasterise(strokes, radius) {
  const points = fit(strokes, WIDTH - 2 * radius, SIDE - 2 * radius);
  const pixels = new Uint8Array(SIDE * SIDE);
  let ink = 0;
  const range = (a, b) => [Math.max(0, Math.floor(Math.min(a, b) - radius)), Math.min(SIDE, Math.max(a, b) + radius)];
  for (const stroke of points) {
    for (let n = 0; n < stroke.length; n++) {
      const [ax, ay] = stroke[n];
      const [bx, by] = stroke[n + 1] ?? stroke[n];
      const [dx, dy] = [bx - ax, by - ay];
      const square = dx * dx + dy * dy;
      const [top, bottom] = range(ay, by);
      const [left, right] = range(ax, bx);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
          const along = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0;
          const near = (px - along * dx) ** 2 + (py - along * dy) ** 2 <= radius * radius;
          if (near && pixels[y * SIDE + x] === 0) {
            pixels[y * SIDE + x] = 1;
            ink++;
          }
        }
      }
    }
  }
  return { pixels, ink };
}

// The strokes scaled to `width` and `height`, in the middle of the bitmap.
function fit(strokes, width, height) {
  const [xs, ys] = [0, 1].map((axis) => strokes.flatMap((stroke) => stroke.map((point) => point[axis])));
  const extent = (values) => values.reduce(([least, most], v) => [Math.min(least, v), Math.max(most, v)], [1, 0]); // all are from 0 to 1
  const [[left, right], [top, bottom]] = [extent(xs), extent(ys)];
  let across = width / (right - left); // infinite for a straight line, and for a dot
  let down = height / (bottom - top);
  across = Math.min(across, STRETCH * down);
  down = Math.min(down, STRETCH * across);
  const place = (value, from, to, scale) => SIDE / 2 + (to > from ? (value - (from + to) / 2) * scale : 0);
  return strokes.map((stroke) => stroke.map(([x, y]) => [place(x, left, right, across), place(y, top, bottom, down)]));
}

// How many pixels of each block of 4 × 4 are black.
function countBlocks(bitmap) {
  const counts = new Uint8Array(64);
  bitmap.forEach((pixel, n) => {
    counts[(n >> 7) * 8 + ((n % SIDE) >> 2)] += pixel;
  });
  return counts;
}

async function page() {
  const $ = (id) => document.getElementById(id);
  const options = new URLSearchParams(location.search);
  const simd = hasSimd() && options.get("simd") !== "off";
  const net = Object.hasOwn(NETS, options.get("net") ?? "") ? options.get("net") : "small";
  for (const [name, text] of Object.entries(NETS)) {
    const link = Object.assign(document.createElement("a"), { textContent: text });
    options.set("net", name);
    link.href = `?${options}`;
    link.ariaCurrent = name === net ? "page" : null;
    $("nets").append(link);
  }
  const [wasm, int8, shipped, digits] = await Promise.all([
    instantiate(`${net}-inference`, simd),
    instantiate(`${net}-int8`, false),
    fetchBytes(`${net}.bin`),
    fetchBytes("digits.bin"),
  ]);
  $("module").textContent = simd ? "WebAssembly with 128-bit vectors." : "WebAssembly without vectors.";

  const networks = { shipped, trained: shipped };
  const seeds = { shipped: 7, trained: 0 }; // of the split, which holds digits out
  const forms = { shipped: null, trained: null }; // what the worker has told of their int8 forms
  let network = "shipped";
  let strokes = [];
  let stored = null; // the stored digit that is shown, until something is drawn

  // what the module says of its network: a name and dimensions a line; names of arrays of parameters have a dot
  const described = new TextDecoder()
    .decode(bytes(wasm, wasm.description(), wasm.description_bytes()))
    .trim()
    .split("\n")
    .map((line) => {
      const [name, ...dims] = line.split(" ");
      return { name, dims: dims.map(Number), length: dims.reduce((product, size) => product * size, 1) };
    });
  const layers = described.filter(({ name }) => !name.includes("."));
  const arrays = described.filter(({ name }) => name.includes("."));
  // what a file of parameters begins with, as the crate's `save` writes it
  const lines = arrays.map(({ name, dims }) => `${name} [${dims.join(", ")}]\n`);
  const header = `const-cnn 1\n${lines.join("")}\n`;

  // Pictures: values as colours, from the largest negative one through 0 to the largest positive one.

  let palette;

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => {
      const digits = style.getPropertyValue(name).trim().slice(1); // of #rrggbb
      return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
    };
    const blend = (from, to) => (part) => from.map((value, n) => Math.round(value + (to[n] - value) * part));
    const zero = colour("--zero");
    const [below, above] = [blend(zero, colour("--negative")), blend(zero, colour("--positive"))];
    palette = {
      signed: (value) => (value < 0 ? below(-value) : above(value)),
      ink: blend(colour("--paper"), colour("--ink")),
      line: `rgb(${colour("--ink")})`,
      accent: style.getPropertyValue("--accent"),
    };
  }

  // `colours` is a function from a value, between −1 and 1, to red, green and blue
  function paint(canvas, values, colours, at = (n) => n) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(canvas.width, canvas.height);
    values.forEach((value, n) => {
      image.data.set([...colours(value), 255], 4 * at(n));
    });
    context.putImageData(image, 0, 0);
  }

  const relative = (values) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    return Array.from(values, (value) => value / largest);
  };

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  const picture = (width, height, className = "") =>
    element("canvas", { width, height, className, ariaHidden: "true" });

  // For each layer a row of the page, and functions that paint what the layer gives and what it has learned.

  const times = (dims) => dims.join(" × ");

  function layerRow({ name, dims }, text, content, label) {
    const title = element("h3", {}, `${name} `, element("span", {}, times(dims)));
    content.setAttribute("role", "img");
    content.setAttribute("aria-label", `${name}: ${label}`);
    const words = element("div", {}, title, element("p", { className: "note" }, text));
    $("layers").append(element("section", { className: "layer" }, words, content));
  }

  // Images: one picture for each channel, below the kernels that made it, if there are any.
  function imagesRow(layer, text, weight) {
    const [channels, height, width] = layer.dims;
    const maps = Array.from({ length: channels }, () => picture(width, height, "map"));
    const kernels = weight ? maps.map(() => kernelsPicture(weight)) : [];
    const figures = maps.map((map, n) => element("div", {}, ...kernels.slice(n, n + 1), map));
    layerRow(
      layer,
      text,
      element("div", { className: "maps" }, ...figures),
      `${channels} maps of ${height} by ${width}`,
    );

    const share = (values, n) => values.slice((n * values.length) / channels, ((n + 1) * values.length) / channels);
    return {
      paintOutput(values) {
        const shades = relative(values);
        maps.forEach((map, n) => paint(map, share(shades, n), palette.signed));
      },
      paintWeights(values) {
        const shades = relative(values);
        kernels.forEach((kernel, n) => paintKernels(kernel, weight, share(shades, n)));
      },
    };
  }

  // The kernels of one map: up to four side by side, with a gap between them.
  function kernelsPicture({ dims: [, from, height, width] }) {
    const columns = Math.min(4, from);
    const rows = Math.ceil(from / columns);
    return picture(columns * (width + 1) - 1, rows * (height + 1) - 1, from === 1 ? "single" : "");
  }

  function paintKernels(canvas, { dims: [, , height, width] }, shades) {
    const columns = (canvas.width + 1) / (width + 1);
    paint(canvas, shades, palette.signed, (n) => {
      const kernel = Math.floor(n / (height * width));
      const y = Math.floor(kernel / columns) * (height + 1) + Math.floor((n % (height * width)) / width);
      const x = (kernel % columns) * (width + 1) + (n % width);
      return y * canvas.width + x;
    });
  }

  // Values in a row; where values are dropped in training, also as one image of it may see them.
  function stripRow(layer, former) {
    const dropping = layer.name.startsWith("dropout");
    const [strip, dropped] = [picture(layer.length, 1), picture(layer.length, 1)];
    let text = former.dims.length === 3 && layer.length < former.length ? "The mean of each map." : "The same values in one row.";
    if (dropping) {
      text =
        "Training makes each value 0 with a chance of one in ten, others for each image, as below, so that none is relied upon. " +
        "Reading leaves them all.";
    }
    const content = element("div", { className: dropping ? "rows strips" : "rows" }, strip, ...(dropping ? [dropped] : []));
    layerRow(layer, text, content, `${layer.length} values`);
    return {
      paintOutput(values) {
        const shades = relative(values);
        paint(strip, shades, palette.signed);
        paint(
          dropped,
          shades.map((shade) => (Math.random() < 0.1 ? 0 : shade)),
          palette.signed,
        );
      },
    };
  }

  // Weights, a row for each output, and the outputs beside them.
  function matrixRow(layer, weight) {
    const [outputs, inputs] = weight.dims;
    const [matrix, scores] = [picture(inputs, outputs, "tall"), picture(1, outputs, "tall scores")];
    const digits = Array.from({ length: outputs }, (_, n) => element("li", {}, `${n}`));
    const numbers = element("ol", { ariaHidden: "true" }, ...digits);
    const text =
      "A row of weights for each digit. The values above, times the weights, added up, are the digit's score, " +
      "on the right; the scores become the chances.";
    const content = element("div", { className: "rows" }, numbers, matrix, scores);
    layerRow(layer, text, content, `${inputs} weights and a score for each of ${outputs} digits`);
    return {
      paintOutput: (values) => paint(scores, relative(values), palette.signed),
      paintWeights: (values) => paint(matrix, relative(values), palette.signed),
    };
  }

  function convolutionText({ dims: [channels, from, ...size] }) {
    return from === 1
      ? `${channels} kernels of ${times(size)}. Each slides over the image and gives the map below it: ` +
          "high where the image is like the kernel."
      : `Each map comes from ${from} kernels, one for each map above, added up.`;
  }

  function mapText({ name, dims }, former) {
    const window = former.dims[1] / dims[1];
    if (name.startsWith("block")) {
      return "A convolution and its normalisation, and what came in is added: a layer that has nothing to say can be silent.";
    }
    return window > 1 ? `Of each ${window} × ${window} values the largest stays.` : "What is negative becomes 0.";
  }

  const normalisationText =
    "Each map less its mean, over its spread, both as training saw them, so that maps are of a size. " +
    "Then times the factor above the map, which is learned, and a number more.";

  function rowOf(layer, former, weight) {
    if (weight?.dims.length === 1) {
      return imagesRow(layer, normalisationText, { ...weight, dims: [...weight.dims, 1, 1, 1] }); // a factor for each map
    }
    if (layer.dims.length === 3) {
      return imagesRow(layer, weight ? convolutionText(weight) : mapText(layer, former), weight);
    }
    return weight ? matrixRow(layer, weight) : stripRow(layer, former);
  }

  const inputLayer = { name: "input", dims: [1, 8, 8], length: 64 };
  const input = imagesRow(
    inputLayer,
    "The drawing: scaled and centred on 32 × 32 pixels, the black ones counted in blocks of 4 × 4.",
  );
  let end = 0;
  const rows = layers.map((layer, n) => {
    const weight = arrays.find(({ name }) => name === `${layer.name}.weight`);
    const start = end;
    end += layer.length;
    const output = floats(wasm, wasm.activations(), end).subarray(start);
    return { ...rowOf(layer, layers[n - 1] ?? inputLayer, weight), output, weight };
  });

  const bars = Array.from({ length: 10 }, (_, digit) => {
    const [bars, percents] = ["i", "span"].map((name) => [element(name), element(name)]); // in float and in int8
    const title = element("span", {}, `${digit}`);
    $("chances").append(element("li", {}, title, element("span", { className: "bar" }, ...bars), ...percents));
    return { title, bars, percents };
  });

  const percent = (part) => (part === null ? "–" : `${(100 * part).toFixed(1)} %`);

  // Reading: everything that is drawn anew when the drawing or the network changes.

  const image = floats(wasm, wasm.image(), 64);
  const chances = floats(wasm, wasm.chances(), 10);

  function paintWeights() {
    let at = 0;
    const values = new Float32Array(networks[network].slice().buffer);
    for (const { name, length } of arrays) {
      rows.find(({ weight }) => weight?.name === name)?.paintWeights(values.subarray(at, at + length));
      at += length;
    }
  }

  function read() {
    const bitmap = strokes.length > 0 ? bitmapOf(strokes) : new Uint8Array(SIDE * SIDE);
    const counts = stored?.pixels ?? countBlocks(bitmap);
    counts.forEach((count, n) => {
      image[n] = count / 16;
    });
    wasm.classify();

    $("bitmap-figure").hidden = stored !== null;
    $("label").textContent = stored ? `The data call it a ${stored.label}.` : "";
    paint($("bitmap"), bitmap, palette.ink);
    paint($("cells"), image, palette.ink);
    const blank = !stored && strokes.length === 0;
    input.paintOutput(image);
    rows.forEach((row) => row.paintOutput(blank ? row.output.map(() => 0) : row.output));

    floats(int8, int8.image(), 64).set(image);
    const isMade = Boolean(forms[network]?.source) && int8.classify();
    const all = [blank ? null : chances, blank || !isMade ? null : floats(int8, int8.chances(), 10)];
    const best = all.map((chances) => chances?.indexOf(Math.max(...chances)));
    bars.forEach(({ title, bars, percents }, digit) => {
      title.classList.toggle("best", digit === best[0]);
      all.forEach((chances, n) => {
        const chance = chances ? chances[digit] : null;
        bars[n].style.width = `${100 * chance}%`;
        percents[n].textContent = percent(chance);
        percents[n].classList.toggle("best", digit === best[n]);
      });
    });
    const [digit, inInt8] = best;
    $("answer").textContent = blank ? "–" : `${digit}`;
    $("chance").textContent = blank ? "" : percent(chances[digit]);
    const other = isMade && inInt8 !== digit ? `, and a ${inInt8} in int8` : "";
    say(blank ? "" : `It reads a ${digit}, ${Math.round(100 * chances[digit])} percent${other}`);
  }

  // tells a screen reader, when the drawing rests
  let telling;
  function say(text) {
    clearTimeout(telling);
    telling = setTimeout(() => {
      if ($("spoken").textContent !== text) {
        $("spoken").textContent = text;
      }
    }, 700);
  }

  function use(name) {
    network = name;
    bytes(wasm, wasm.parameters(), wasm.parameter_bytes()).set(networks[name]);
    wasm.load();
    useForm();
    paintWeights();
    read();
  }

  // The int8 form of what reads. The worker makes it, when that is not being trained.
  let asked = 0;
  function useForm() {
    const isTrained = running && network === "trained";
    if (forms[network] === null && !isTrained) {
      forms[network] = { number: ++asked };
      trainer.postMessage({ kind: "quantise", name: network, number: asked, parameters: networks[network], seed: seeds[network] });
    }
    const { source, images, float, inInt8, alike, failed } = forms[network] ?? {};
    if (source) {
      bytes(int8, int8.source(), int8.source_bytes()).set(source);
      int8.load();
    }
    $("held-out").textContent = source ? `, of ${images}` : "";
    for (const [name, count] of Object.entries({ float, int8: inInt8 })) {
      $(`${name}-read`).textContent = source ? count : "–";
      $(`${name}-accuracy`).textContent = percent(source ? count / images : null);
    }
    $("alike").textContent = source
      ? `Both take ${alike} of the ${images} for the same digit.`
      : isTrained
        ? "int8 is made of it when training rests."
        : failed
          ? "It has no int8 form: its values are too large."
          : "int8 is being made of it.";
    offer($("int8-weights"), source && (() => `data:application/octet-stream;base64,${btoa(String.fromCharCode(...source))}`));
  }

  // changes come faster than the screen shows them
  const pending = new Set();
  function soon(task) {
    if (pending.size === 0) {
      requestAnimationFrame(() => {
        const tasks = [...pending];
        pending.clear();
        tasks.forEach((task) => task());
      });
    }
    pending.add(task);
  }

  // Drawing, in coordinates from 0 to 1.

  const paper = $("paper");
  const pen = { x: 0.5, y: 0.5, down: false, shown: false }; // of the keyboard
  let pointer = null; // that draws

  function paintPaper() {
    const context = paper.getContext("2d");
    const size = paper.width;
    context.clearRect(0, 0, size, size);
    if (stored) {
      stored.pixels.forEach((count, n) => {
        context.fillStyle = `rgb(${palette.ink(count / 16)})`;
        context.fillRect(((n % 8) * size) / 8, (Math.floor(n / 8) * size) / 8, size / 8, size / 8);
      });
    }
    context.strokeStyle = palette.line;
    context.lineWidth = 0.07 * size;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of strokes) {
      context.beginPath();
      const points = stroke.length > 1 ? stroke : [stroke[0], stroke[0]]; // a dot
      points.forEach(([x, y]) => context.lineTo(x * size, y * size));
      context.stroke();
    }
    if (pen.shown) {
      context.strokeStyle = palette.accent;
      context.lineWidth = pen.down ? 14 : 5;
      context.beginPath();
      context.arc(pen.x * size, pen.y * size, 26, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  function changed() {
    soon(paintPaper);
    soon(read);
  }

  function begin(x, y) {
    stored = null;
    strokes.push([[x, y]]);
    changed();
  }

  function extend(x, y) {
    strokes.at(-1).push([x, y]);
    changed();
  }

  function show(digit) {
    stored = digit;
    strokes = [];
    pen.down = false;
    pointer = null;
    changed();
  }

  const place = ({ clientX, clientY }) => {
    const box = paper.getBoundingClientRect();
    const within = (part) => Math.min(1, Math.max(0, part));
    return [within((clientX - box.left) / box.width), within((clientY - box.top) / box.height)];
  };
  paper.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && pointer === null) {
      pointer = event.pointerId;
      paper.setPointerCapture(pointer);
      pen.shown = pen.down = false;
      begin(...place(event));
    }
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId === pointer) {
      const events = event.getCoalescedEvents?.() ?? [];
      (events.length > 0 ? events : [event]).forEach((event) => extend(...place(event)));
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    paper.addEventListener(end, (event) => {
      pointer = event.pointerId === pointer ? null : pointer;
    });
  }

  const STEP = 1 / 16;
  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  const held = new Set(); // two arrows at once move aslant
  paper.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (moves[event.key]) {
      held.add(event.key);
      for (const key of held) {
        pen.x = Math.min(1 - STEP, Math.max(STEP, pen.x + moves[key][0]));
        pen.y = Math.min(1 - STEP, Math.max(STEP, pen.y + moves[key][1]));
      }
      pen.shown = true;
      if (pen.down) {
        extend(pen.x, pen.y);
      }
    } else if (event.key === " ") {
      pen.down = !pen.down;
      pen.shown = true;
      if (pen.down) {
        begin(pen.x, pen.y);
      }
      $("spoken").textContent = pen.down ? "pen down" : "pen up";
    } else if (event.key === "Backspace" || event.key === "Delete") {
      show(null);
    } else {
      return;
    }
    event.preventDefault();
    soon(paintPaper);
  });
  paper.addEventListener("keyup", (event) => held.delete(event.key));
  paper.addEventListener("blur", () => {
    held.clear();
    pen.shown = pen.down = false;
    soon(paintPaper);
  });

  let next = 3;
  function showStored() {
    const record = digits.subarray(next * RECORD, (next + 1) * RECORD);
    next = (next + 7) % (digits.length / RECORD);
    show({ pixels: record.subarray(0, -1), label: record.at(-1) });
  }

  $("clear").addEventListener("click", () => show(null));
  $("example").addEventListener("click", showStored);

  for (const radio of document.querySelectorAll("[name=network]")) {
    radio.addEventListener("change", () => use(radio.value));
  }

  // Training: the worker says what it has done; the page keeps the curve.

  const trainer = new Worker("page.js", { type: "module" });
  let run = null; // what the worker has told since the last reset
  let running = false;
  let goal = 0;

  const settings = () => ({ rate: $("rate").valueAsNumber, fast: $("fast").checked });

  trainer.addEventListener("message", ({ data }) => {
    if (data.kind === "error") {
      $("message").textContent = `Training is not available: ${data.message}`;
      return;
    }
    if (data.kind === "quantised") {
      if (forms[data.name]?.number === data.number) {
        forms[data.name] = data;
        soon(() => use(network));
      }
      return;
    }
    if (data.kind === "reset") {
      seeds.trained = data.seed;
      run = {
        ...data,
        steps: 0,
        losses: [],
        epochs: [{ train: null, test: data.test, loss: data.loss }],
        current: null,
        milliseconds: 0,
      };
      $("message").textContent =
        `From random values, on ${data.digits - data.held} digits; ${data.held} are held out to test with.`;
    } else {
      run.steps += data.losses.length;
      run.losses.push(...data.losses);
      run.epochs.push(...data.epochs);
      run.current = data.current;
      run.milliseconds += data.milliseconds;
      if (data.failed) {
        $("message").textContent = "The loss is no longer a finite number. Choose a smaller learning rate, then Reset.";
      } else if (!data.running) {
        $("message").textContent =
          run.steps < data.goal ? "Stopped. Press Train to go on." : "Done. Press Train to go on.";
      }
    }
    running = data.running;
    goal = data.goal;
    networks.trained = data.parameters;
    forms.trained = null;
    soon(showTraining);
  });

  const short = (number, places) => (number < 1000 ? number.toFixed(places) : number.toExponential(0));

  function showTraining() {
    const { steps, batches, losses, epochs, current, milliseconds } = run;
    const known = epochs.at(-1);
    const goals = Math.max(goal, steps) / batches;
    const recent = losses.slice(batches * Math.floor(Math.max(0, steps - 1) / batches));
    $("epoch").textContent = `${Math.floor(steps / batches)} of ${Math.round(goals)}`;
    $("loss").textContent =
      recent.length > 0 ? short(recent.reduce((sum, loss) => sum + loss, 0) / recent.length, 3) : "–";
    $("train-accuracy").textContent = percent(current ?? known.train);
    $("test-accuracy").textContent = percent(known.test);
    $("last-epoch").textContent = `${Math.round(goals)}`;
    $("time").textContent = steps > 0 ? `${((milliseconds / steps) * batches).toFixed(1)} ms an epoch` : "";

    const all = [...losses, ...epochs.map(({ loss }) => loss)];
    const most = Math.max(2.5, Math.ceil(all.reduce((most, loss) => Math.max(most, loss), 0)));
    $("loss-top").textContent = short(most, 1);
    const stride = Math.ceil(losses.length / 1500);
    const x = (epoch) => ((1000 * epoch) / goals).toFixed(1);
    const line = (selector, points) => document.querySelector(selector).setAttribute("points", points.join(" "));
    line(
      "#loss-plot .loss",
      losses
        .filter((_, n) => n % stride === 0)
        .map((loss, n) => `${x((n * stride + 1) / batches)},${(100 - (100 * loss) / most).toFixed(2)}`),
    );
    line(
      "#loss-plot .test",
      epochs.map(({ loss }, n) => `${x(n)},${(100 - (100 * loss) / most).toFixed(2)}`),
    );
    for (const kind of ["train", "test"]) {
      const points = epochs.map(
        (epoch, n) => epoch[kind] !== null && `${x(n)},${(100 - 100 * epoch[kind]).toFixed(2)}`,
      );
      line(`#accuracy-plot .${kind}`, points.filter(Boolean));
    }
    $("loss-plot").setAttribute("aria-label", `Loss of each batch, now ${$("loss").textContent}; of held-out digits ${short(known.loss, 3)}`);
    $("accuracy-plot").setAttribute(
      "aria-label",
      `Accuracy after ${epochs.length - 1} epochs: training digits ${percent(known.train)}, held-out digits ${percent(known.test)}`,
    );

    $("train").ariaDisabled = `${running}`;
    $("stop").ariaDisabled = `${!running}`;
    offer($("curve"), !running && steps > 0 && (() => `data:text/csv,${encodeURIComponent(curve())}`));
    offer(
      $("weights"),
      !running && (() => `data:application/octet-stream;base64,${btoa(header + String.fromCharCode(...networks.trained))}`),
    );
    if (network === "trained") {
      use("trained");
    }
  }

  function offer(link, content) {
    link.ariaDisabled = `${!content}`;
    if (content) {
      link.href = content();
    } else {
      link.removeAttribute("href");
    }
  }

  function curve() {
    const { losses, batches, epochs } = run;
    const lines = losses.map((loss, n) => {
      const epoch = Math.floor((n + 1) / batches);
      return `${n + 1},${loss},${(n + 1) % batches === 0 ? epochs[epoch].test : ""}`;
    });
    return ["batch,loss,held-out accuracy", ...lines, ""].join("\n");
  }

  $("train").addEventListener("click", () => {
    if (run !== null && !running && $("rate").reportValidity()) {
      running = true;
      $("message").textContent = "Training.";
      document.querySelector("[value=trained]").checked = true;
      use("trained");
      trainer.postMessage({ kind: "train", ...settings() });
    }
  });
  $("stop").addEventListener("click", () => {
    if (running) {
      trainer.postMessage({ kind: "stop" });
    }
  });
  const reset = () => trainer.postMessage({ kind: "reset", seed: $("seed").valueAsNumber });
  $("reset").addEventListener("click", () => {
    if ($("seed").reportValidity()) {
      reset();
    }
  });
  $("seed").addEventListener("input", () => {
    if (run?.steps > 0) {
      $("message").textContent = "Press Reset to begin with this seed.";
    } else if ($("seed").checkValidity()) {
      reset();
    }
  });
  for (const id of ["rate", "fast"]) {
    $(id).addEventListener("input", () => {
      if ($("rate").checkValidity()) {
        trainer.postMessage({ kind: "settings", ...settings() });
      }
    });
  }
  $("settings").addEventListener("submit", (event) => event.preventDefault());

  // Colours follow the system's setting.

  function repaint() {
    readColours();
    paint(
      $("scale"),
      Array.from({ length: 65 }, (_, n) => n / 32 - 1),
      palette.signed,
    );
    paintPaper();
    paintWeights();
    read();
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

  readColours();
  showStored();
  $("float-bytes").textContent = wasm.parameter_bytes().toLocaleString("en");
  $("int8-bytes").textContent = int8.int8_bytes().toLocaleString("en");
  document.querySelector("[value=shipped]").checked = true; // whatever the browser has kept from the last visit
  const seed = $("seed").checkValidity() ? $("seed").valueAsNumber : 0;
  trainer.postMessage({ kind: "start", net, simd, digits, seed });
  use("shipped");
  repaint();
}

// The worker. It trains for some milliseconds, tells the page, and looks at its messages.
function worker() {
  const BUSY = 25; // milliseconds of training between two messages, at full speed
  const PAUSE = 16; // milliseconds after each batch, so that one can watch

  let wasm;
  let int8;
  let running = false;
  let timer;
  let settings;
  let steps = 0;
  let goal = 0;
  let correct = 0; // of the epoch so far
  let images = 0;

  // of the held-out digits
  const heldOut = () => {
    wasm.test();
    return { test: wasm.correct() / wasm.images(), loss: wasm.loss() };
  };
  const parameters = () => bytes(wasm, wasm.parameters(), wasm.parameter_bytes()).slice();

  function reset(seed) {
    [running, steps, correct, images] = [false, 0, 0, 0];
    clearTimeout(timer);
    wasm.reset(seed);
    goal = wasm.batches() * wasm.epochs();
    const test = heldOut();
    const about = { digits: wasm.digits_bytes() / RECORD, held: wasm.images(), batches: wasm.batches() };
    postMessage({ kind: "reset", seed, running, goal, ...test, parameters: parameters(), ...about });
  }

  function tell(news) {
    const current = images > 0 ? correct / images : null;
    postMessage({ kind: "progress", running, goal, current, parameters: parameters(), ...news });
  }

  function turn() {
    const [losses, epochs] = [[], []];
    let milliseconds = 0;
    let failed = false;
    do {
      const start = performance.now();
      failed = !wasm.step(settings.rate);
      milliseconds += performance.now() - start;
      if (failed) {
        break;
      }
      steps++;
      losses.push(wasm.loss());
      correct += wasm.correct();
      images += wasm.images();
      if (steps % wasm.batches() === 0) {
        epochs.push({ train: correct / images, ...heldOut() });
        [correct, images] = [0, 0];
      }
    } while (settings.fast && milliseconds < BUSY && steps < goal);
    running &&= steps < goal && !failed;
    tell({ failed, losses, epochs, milliseconds });
    if (running) {
      timer = setTimeout(turn, settings.fast ? 0 : PAUSE);
    }
  }

  const actions = {
    async start({ net, simd, digits, seed }) {
      [wasm, int8] = await Promise.all([instantiate(`${net}-training`, simd), instantiate(`${net}-int8`, false)]);
      for (const module of [wasm, int8]) {
        bytes(module, module.digits(), module.digits_bytes()).set(digits);
      }
      reset(seed);
    },
    quantise({ name, number, parameters, seed }) {
      bytes(int8, int8.parameters(), int8.parameter_bytes()).set(parameters);
      const failed = !int8.quantise(seed);
      const source = failed ? null : bytes(int8, int8.source(), int8.source_bytes()).slice();
      const read = { images: int8.images(), float: int8.float(), inInt8: int8.int8(), alike: int8.alike() };
      postMessage({ kind: "quantised", name, number, failed, source, ...read });
    },
    reset: ({ seed }) => reset(seed),
    settings: (data) => {
      settings = data;
    },
    train(data) {
      settings = data;
      const usual = wasm.batches() * wasm.epochs();
      goal = usual * (Math.floor(steps / usual) + 1);
      running = true;
      turn();
    },
    stop() {
      running = false;
      clearTimeout(timer);
      tell({ failed: false, losses: [], epochs: [], milliseconds: 0 });
    },
  };
  // the module is loaded before anything else is done
  let done = Promise.resolve();
  addEventListener("message", ({ data }) => {
    done = done.then(() => actions[data.kind](data)).catch(({ message }) => postMessage({ kind: "error", message }));
  });
}

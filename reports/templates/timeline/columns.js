
// The bytes of columns that src/columns/mod.rs has packed.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Reads LEB128 numbers. Those above 2^53 lose their last digits, and no measured one is.
class Numbers {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  next() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('the turns end too soon');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  // A distance from the number before it: even ones forwards, odd ones backwards.
  step() {
    const value = this.next();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }
}

// Calls of a loop over an axis of time. A kind of timeline reads its columns, and says what its
// rows are and how a call is told in words.
class Turns {
  constructor(bytes) {
    this.numbers = new Numbers(bytes);
    this.count = this.numbers.next();
    if (this.count > bytes.length) throw new RangeError('more calls are announced than there are');
  }

  // A number for each call.
  read() {
    return read(this.numbers, new Float64Array(this.count));
  }

  // A number for each call, packed as distances.
  summedUp() {
    return summedUp(this.numbers, new Float64Array(this.count));
  }

  // When a call ends whose parts take so long.
  endsAfter(...parts) {
    const last = this.count - 1;
    const sum = parts.reduce((sum, it) => sum + it[last], this.start[last]);
    return this.count ? Math.max(sum, 1) : 1;
  }

  // The first call that begins at this time or later.
  from(time) {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.start[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The call that a time is in: the last one that has begun.
  at(time) {
    return Math.max(this.from(time + 1e-3) - 1, 0);
  }

  // When the next call begins, or else this one ends.
  next(turn) {
    return turn + 1 < this.count ? this.start[turn + 1] : this.end;
  }
}

function read(numbers, values) {
  for (let index = 0; index < values.length; index++) values[index] = numbers.next();
  return values;
}

function summedUp(numbers, values) {
  let value = 0;
  for (let index = 0; index < values.length; index++) values[index] = value += numbers.step();
  return values;
}

// A quantity of all calls with a pyramid above it: sums from the beginning and maxima for each
// 16 calls, maxima for each 256, and so on. Any range is summed up in some dozen steps, however
// many calls it has.
const WIDTH = 16;

class Column {
  constructor(values) {
    this.values = values;
    const buckets = Math.ceil(values.length / WIDTH);
    this.sums = new Float64Array(buckets + 1);
    this.levels = [values];
    for (let bucket = 0; bucket < buckets; bucket++) {
      let sum = 0;
      const end = Math.min((bucket + 1) * WIDTH, values.length);
      for (let index = bucket * WIDTH; index < end; index++) sum += values[index];
      this.sums[bucket + 1] = this.sums[bucket] + sum;
    }
    while (this.levels.at(-1).length > WIDTH) this.levels.push(maxima(this.levels.at(-1)));
  }

  sum(from, to) {
    return this.sumBefore(to) - this.sumBefore(from);
  }

  sumBefore(index) {
    const bucket = Math.floor(index / WIDTH);
    let sum = this.sums[bucket];
    for (let it = bucket * WIDTH; it < index; it++) sum += this.values[it];
    return sum;
  }

  most(from, to) {
    let most = 0;
    let scale = 0;
    // Up the pyramid while there are whole groups between the ends.
    while (from < to) {
      const values = this.levels[scale];
      const isTop = scale + 1 === this.levels.length;
      while (from < to && (isTop || from % WIDTH !== 0)) most = Math.max(most, values[from++]);
      while (from < to && to % WIDTH !== 0) most = Math.max(most, values[--to]);
      [from, to, scale] = [from / WIDTH, to / WIDTH, scale + 1];
    }
    return most;
  }
}

function maxima(values) {
  const most = new Float64Array(Math.ceil(values.length / WIDTH));
  for (let index = 0; index < values.length; index++) {
    const group = Math.floor(index / WIDTH);
    if (values[index] > most[group]) most[group] = values[index];
  }
  return most;
}

// A hundred tasks sleep twenty times each, some longer than others.
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function task(number) {
  for (let times = 0; times < 20; times += 1) await sleep(1 + (number % 7));
}

export const run = {
  async run() {
    await Promise.all(Array.from({ length: 100 }, (_, number) => task(number)));
  },
};

// What the programs of this folder share: settings, and a line printed per thing checked.

import "./node18.mjs";

export const settings = JSON.parse(process.env.SETTINGS);

export async function check(name, test) {
  try {
    await test();
    console.log(`ok      ${name}`);
  } catch (error) {
    console.log(`FAILED  ${name}\n${error.stack}\n${error.cause ? JSON.stringify(error.cause) : ""}`);
    process.exitCode = 1;
  }
}

// The address, one of its parameters replaced, or left out.
export function changed(url, name, value) {
  const copy = new URL(url);
  if (value === undefined) copy.searchParams.delete(name);
  else copy.searchParams.set(name, value);
  return copy;
}

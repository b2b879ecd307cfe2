import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualRows } from "../../static/js/lib/virtual_rows.js";

function rowsOf(count, guess = 50) {
  const rows = new VirtualRows(guess);
  rows.setIds(Array.from({ length: count }, (_, index) => 1000 + index));
  return rows;
}

test("heights are guessed until they are measured", () => {
  const rows = rowsOf(4);
  assert.equal(rows.height, 200);
  assert.ok(rows.setHeight(1, 80));
  assert.ok(!rows.setHeight(1, 80));
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => rows.topOf(index)),
    [0, 50, 130, 180, 230],
  );
});

test("the row at a place is the one that covers it", () => {
  const rows = rowsOf(4);
  rows.setHeight(1, 80);
  assert.deepEqual(
    [0, 49, 50, 129, 130, 9999].map((place) => rows.indexAt(place)),
    [0, 0, 1, 1, 2, 3],
  );
});

test("it draws what is seen, and a margin", () => {
  const rows = rowsOf(10_000);
  assert.deepEqual(rows.rangeOf(0, 500, 100), [0, 13]);
  assert.deepEqual(rows.rangeOf(250_000, 500, 100), [4998, 5013]);
  assert.deepEqual(rows.rangeOf(499_900, 500, 100), [9996, 10_000]);
  assert.deepEqual(rowsOf(0).rangeOf(0, 500, 100), [0, 0]);
});

test("a row keeps its height when others go", () => {
  const rows = rowsOf(3);
  rows.setHeight(2, 90);
  rows.setIds([1002, 1000]);
  assert.equal(rows.topOf(1), 90);
  assert.equal(rows.height, 140);
});

test("another width forgets all heights", () => {
  const rows = rowsOf(3);
  rows.setHeight(0, 90);
  rows.forgetHeights();
  assert.equal(rows.height, 150);
});

/* Matrix times activations: fp32, or 8 and 4 bit codes times signed bytes.
 *
 * A tile of some blocks (LANES outputs each) and some rows stays in registers while the
 * inputs go by. Each output of each row has its own accumulator and adds its groups in
 * order, whatever the tile. Integers are exact, so their order is free.
 */
#include "dot.h"

/* The largest tiles: 32 registers of 16 lanes hold more than 16 narrower ones. Their
 * arrays have constant sizes; only so does the compiler keep them in registers. */
#define BLOCKS 2
#define ROWS 12
#if LANES == 16
#define FLOAT_ROWS 12
#define CODE_BLOCKS 2
#else
#define FLOAT_ROWS 6
#define CODE_BLOCKS 1
#endif
#define CODE_ROWS 6

INLINE void tile_begin(const linear_t *w, int block, const int B, const int R,
                       vf sum[BLOCKS][ROWS]) {
#pragma GCC unroll 8
    for (int b = 0; b < B; b++) {
        vf bias = w->bias ? load(w->bias + (block + b) * LANES) : (vf){0};
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) sum[b][r] = bias;
    }
}

INLINE void tile_end(int row, int block, const int B, const int R, vf sum[BLOCKS][ROWS],
                     float *out, int out_stride, int add) {
#pragma GCC unroll 8
    for (int b = 0; b < B; b++) {
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            float *place = out + (int64_t)(row + r) * out_stride + (block + b) * LANES;
            store(place, add ? load(place) + sum[b][r] : sum[b][r]);
        }
    }
}

/* The inputs that stay fp32. */
INLINE void tile_exact(const linear_t *w, const rows_t *in, int row, int block,
                       const int B, const int R, vf sum[BLOCKS][ROWS]) {
    const float *x = in->exact + (int64_t)row * EXACT;
    for (int i = 0; i < w->num_exact; i++) {
#pragma GCC unroll 8
        for (int b = 0; b < B; b++) {
            int64_t place = ((int64_t)(block + b) * w->num_exact + i) * LANES;
            vf weight = half_load(w->exact_weights + place);
#pragma GCC unroll 16
            for (int r = 0; r < R; r++) {
                sum[b][r] = fma_v(all(x[r * EXACT + i]), weight, sum[b][r]);
            }
        }
    }
}

/* The sum of each output's codes in a group. */
INLINE vf codes_sum(const uint8_t *codes, const int BITS) {
    const vi ones = 0x01010101 - (vi){0};
    vi low = {0}, high = {0};
#pragma GCC unroll 8
    for (int quad = 0; quad < BITS; quad++) {
        code_quad_t part = codes_split(codes + quad * LANES * 4, BITS);
        low = dot_add(low, part.low, ones);
        if (BITS == 4 || IN_HALVES) high = dot_add(high, part.high, ones);
    }
    return to_float(dot_total(low, 1) + dot_total(high, BITS == 4 ? 1 : 16));
}

/* sum(code * byte) of a group, for each output of B blocks and each of R rows. */
INLINE void group_dots(const uint8_t *codes, int64_t block_bytes, const int BITS,
                       const group_t *x, const int B, const int R,
                       vi dot[BLOCKS][ROWS]) {
    const int group_bytes = GROUP * LANES * BITS / 8;
    vi tall[BLOCKS][ROWS]; /* of high halves of 8 bits */
#pragma GCC unroll 8
    for (int b = 0; b < B; b++) {
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) dot[b][r] = tall[b][r] = (vi){0};
    }
#pragma GCC unroll 8
    for (int quad = 0; quad < BITS; quad++) {
        code_quad_t part[BLOCKS];
#pragma GCC unroll 8
        for (int b = 0; b < B; b++) {
            const uint8_t *place = codes + b * block_bytes + quad * LANES * 4;
            if (quad * LANES * 4 % 64 == 0) __builtin_prefetch(place + 4 * group_bytes);
            part[b] = codes_split(place, BITS);
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            const int8_t *bytes = x[r].bytes + quad * 4;
            vi first = byte_quad(bytes);
            vi second = BITS == 4 ? byte_quad(bytes + GROUP / 2) : first;
#pragma GCC unroll 8
            for (int b = 0; b < B; b++) {
                dot[b][r] = dot_add(dot[b][r], part[b].low, first);
                if (BITS == 4)
                    dot[b][r] = dot_add(dot[b][r], part[b].high, second);
                else if (IN_HALVES)
                    tall[b][r] = dot_add(tall[b][r], part[b].high, first);
            }
        }
    }
#pragma GCC unroll 8
    for (int b = 0; b < B; b++) {
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            dot[b][r] = dot_total(dot[b][r], 1);
            if (BITS == 8 && IN_HALVES) dot[b][r] += dot_total(tall[b][r], 16);
        }
    }
}

/* With activations x = byte * s + t and weights code * scale + zero, a group adds
 * scale * (s * sum(code * byte) + t * sum(code)) + zero * sum(x). */
INLINE void tile_quantised(const linear_t *w, const int BITS, const int OFFSETS,
                           const rows_t *in, int num_rows, int row, int block,
                           const int B, const int R, float *out, int out_stride,
                           int add) {
    const int group_bytes = GROUP * LANES * BITS / 8;
    int num_groups = w->inputs / GROUP;
    vf sum[BLOCKS][ROWS];
    tile_begin(w, block, B, R, sum);
    tile_exact(w, in, row, block, B, R, sum);
    const group_t *x = in->groups + row;
    for (int g = 0; g < num_groups; g++, x += num_rows) {
        int64_t place = (int64_t)block * num_groups + g;
        const uint8_t *codes = w->codes + place * group_bytes;
        vi dot[BLOCKS][ROWS];
        group_dots(codes, num_groups * group_bytes, BITS, x, B, R, dot);
#pragma GCC unroll 8
        for (int b = 0; b < B; b++, place += num_groups) {
            vf scale = half_load(w->scale + place * LANES);
            vf zero = half_load(w->zero + place * LANES), total = {0};
            if (OFFSETS) total = codes_sum(w->codes + place * group_bytes, BITS);
#pragma GCC unroll 16
            for (int r = 0; r < R; r++) {
                vf part = to_float(dot[b][r]) * x[r].scale;
                if (OFFSETS) part = fma_v(all(x[r].offset), total, part);
                sum[b][r] = fma_v(part, scale, sum[b][r]);
                sum[b][r] = fma_v(all(x[r].sum), zero, sum[b][r]);
            }
        }
    }
    tile_end(row, block, B, R, sum, out, out_stride, add);
}

INLINE void tile_float(const linear_t *w, const rows_t *in, int row, int block,
                       const int B, const int R, float *out, int out_stride, int add) {
    vf sum[BLOCKS][ROWS];
    tile_begin(w, block, B, R, sum);
    const float *weights = (const float *)w->codes + (int64_t)block * w->inputs * LANES;
    const float *x = in->values + (int64_t)row * in->stride;
    for (int k = 0; k < w->inputs; k++) {
        vf weight[BLOCKS];
#pragma GCC unroll 8
        for (int b = 0; b < B; b++) {
            const float *place = weights + ((int64_t)b * w->inputs + k) * LANES;
            __builtin_prefetch(place + 16 * LANES);
            weight[b] = load(place);
        }
#pragma GCC unroll 16
        for (int r = 0; r < R; r++) {
            vf value = all(x[(int64_t)r * in->stride + k]);
#pragma GCC unroll 8
            for (int b = 0; b < B; b++) sum[b][r] = fma_v(value, weight[b], sum[b][r]);
        }
    }
    tile_end(row, block, B, R, sum, out, out_stride, add);
}

typedef void (*tile_fn)(const linear_t *, const rows_t *, int num_rows, int row,
                        int block, float *, int, int add);

typedef struct {
    int blocks, tallest; /* tallest: rows */
    tile_fn of_rows[ROWS];
} tiles_t;

/* Tiles of every height, as constants: only so does the compiler unroll them. */
#define TILE_FUNCTION(NAME, CALL)                                                \
    static void NAME(const linear_t *w, const rows_t *in, int num_rows, int row, \
                     int block, float *out, int stride, int add) {               \
        (void)num_rows;                                                          \
        CALL;                                                                    \
    }
#define FLOAT_TILE(R) \
    TILE_FUNCTION(float_##R, tile_float(w, in, row, block, BLOCKS, R, out, stride, add))
#define QUANTISED_TILE(NAME, BITS, OFFSETS, R)                                    \
    TILE_FUNCTION(NAME##_##R, tile_quantised(w, BITS, OFFSETS, in, num_rows, row, \
                                             block, CODE_BLOCKS, R, out, stride, add))
#define QUANTISED_TILES(NAME, BITS, OFFSETS) \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 1)   \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 2)   \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 3)   \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 4)   \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 5)   \
    QUANTISED_TILE(NAME, BITS, OFFSETS, 6)   \
    static const tiles_t NAME = {            \
        CODE_BLOCKS,                         \
        CODE_ROWS,                           \
        {NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6}};

FLOAT_TILE(1)
FLOAT_TILE(2)
FLOAT_TILE(3)
FLOAT_TILE(4)
FLOAT_TILE(5)
FLOAT_TILE(6)
#if FLOAT_ROWS == 12
FLOAT_TILE(7)
FLOAT_TILE(8)
FLOAT_TILE(9)
FLOAT_TILE(10)
FLOAT_TILE(11)
FLOAT_TILE(12)
#endif
QUANTISED_TILES(bits8, 8, 0)
QUANTISED_TILES(bits8_offsets, 8, 1)
QUANTISED_TILES(bits4, 4, 0)
QUANTISED_TILES(bits4_offsets, 4, 1)

static const tiles_t floats = {BLOCKS,
                               FLOAT_ROWS,
                               {float_1, float_2, float_3, float_4, float_5, float_6,
#if FLOAT_ROWS == 12
                                float_7, float_8, float_9, float_10, float_11, float_12
#endif
                               }};

static const tiles_t *tiles_for(const linear_t *w) {
    if (w->bits == 32) return &floats;
    if (w->bits == 8) return w->has_offsets ? &bits8_offsets : &bits8;
    return w->has_offsets ? &bits4_offsets : &bits4;
}

/* Blocks `first` up to, without, `last` (both even) of all rows. */
void linear_blocks(const linear_t *w, const rows_t *in, int num_rows, int first,
                   int last, float *out, int out_stride, int add) {
    const tiles_t *tiles = tiles_for(w);
    int most = tiles->tallest;
    for (int block = first; block < last; block += tiles->blocks) {
        for (int row = 0; row < num_rows;) {
            /* The rest in two of nearly equal height: 7 is 4 + 3, not 6 + 1. */
            int left = num_rows - row;
            int rows = left <= most ? left : left < 2 * most ? (left + 1) / 2 : most;
            tiles->of_rows[rows - 1](w, in, num_rows, row, block, out, out_stride, add);
            row += rows;
        }
    }
}

/* Weights [outputs, inputs] into the order in which the linears read them. */
#include <math.h>

#include "tandem.h"

static int64_t float_place(const linear_t *w, int output, int input) {
    return ((int64_t)(output / LANES) * w->inputs + input) * LANES + output % LANES;
}

/* Of a scale or a zero. */
static int64_t group_place(const linear_t *w, int output, int group) {
    return ((int64_t)(output / LANES) * (w->inputs / GROUP) + group) * LANES +
           output % LANES;
}

/* The codes of one output's group. */
static void codes_put(const linear_t *w, int output, int group, const uint8_t *codes) {
    int64_t block = output / LANES, lane = output % LANES;
    uint8_t *place =
        (uint8_t *)w->codes +
        (block * (w->inputs / GROUP) + group) * GROUP * LANES * w->bits / 8 + lane * 4;
    if (w->bits == 8) {
        for (int i = 0; i < GROUP; i += 4) memcpy(place + i * LANES, codes + i, 4);
        return;
    }
    uint8_t pairs[GROUP / 2];
    for (int i = 0; i < GROUP / 2; i++)
        pairs[i] = (uint8_t)(codes[i] | codes[i + GROUP / 2] << 4);
    for (int i = 0; i < GROUP / 2; i += 4) memcpy(place + i * LANES, pairs + i, 4);
}

/* `w` lies in memory that was all 0; rows go to the outputs from `output` on. */
void pack_float(const linear_t *w, int output, const float *rows, int num_rows,
                int width) {
    float *packed = (float *)w->codes;
    for (int r = 0; r < num_rows; r++) {
        for (int i = 0; i < width; i++) {
            packed[float_place(w, output + r, i)] = rows[(int64_t)r * width + i];
        }
    }
}

/* To 8 bits, symmetric: the largest weight of a group becomes 127 steps. */
void pack_quantise(const linear_t *w, int output, const float *rows, int num_rows,
                   int width) {
    for (int r = 0; r < num_rows; r++) {
        const float *row = rows + (int64_t)r * width;
        for (int g = 0; g * GROUP < width; g++) {
            int count = least(GROUP, width - g * GROUP);
            float peak = 0;
            for (int i = 0; i < count; i++)
                peak = fmaxf(peak, fabsf(row[g * GROUP + i]));
            uint16_t half = half_from(peak / 127.0f);
            float scale = half_to(half);
            ((uint16_t *)w->scale)[group_place(w, output + r, g)] = half;
            ((uint16_t *)w->zero)[group_place(w, output + r, g)] =
                half_from(-128.0f * scale);
            uint8_t codes[GROUP];
            for (int i = 0; i < GROUP; i++) {
                float steps =
                    scale > 0 && i < count ? rintf(row[g * GROUP + i] / scale) : 0;
                codes[i] = (uint8_t)(fminf(fmaxf(steps, -128), 127) + 128);
            }
            codes_put(w, output + r, g, codes);
        }
    }
}

/* The model file's own codes: 8 bits [rows, width], or 4 bits [rows, width / 2] with
 * the even input low; scale, zero: fp16 [rows, width / GROUP]. */
void pack_grid(const linear_t *w, int output, const uint8_t *codes,
               const uint16_t *scale, const uint16_t *zero, int num_rows, int width) {
    int num_groups = width / GROUP, group_bytes = GROUP * w->bits / 8;
    for (int r = 0; r < num_rows; r++) {
        for (int g = 0; g < num_groups; g++) {
            int64_t from = (int64_t)r * num_groups + g,
                    to = group_place(w, output + r, g);
            ((uint16_t *)w->scale)[to] = scale[from];
            ((uint16_t *)w->zero)[to] = zero[from];
            const uint8_t *group = codes + from * group_bytes;
            uint8_t unpacked[GROUP];
            for (int i = 0; i < GROUP && w->bits == 4; i++)
                unpacked[i] = group[i / 2] >> (i % 2 * 4) & 15;
            codes_put(w, output + r, g, w->bits == 4 ? unpacked : group);
        }
    }
}

/* Column `input` of `rows` [num_rows, width], once more, as the exact input `number`.
 */
void pack_exact(const linear_t *w, int output, const float *rows, int num_rows,
                int width, int input, int number) {
    uint16_t *weights = (uint16_t *)w->exact_weights;
    for (int r = 0; r < num_rows; r++) {
        int64_t block = (output + r) / LANES, lane = (output + r) % LANES;
        weights[(block * w->num_exact + number) * LANES + lane] =
            half_from(rows[(int64_t)r * width + input]);
    }
}

/* For Python's check that its structures are laid out like these. */
int64_t struct_bytes(int which) {
    const int64_t sizes[] = {sizeof(norm_t),  sizeof(linear_t), sizeof(attention_t),
                             sizeof(layer_t), sizeof(stack_t),  sizeof(cache_t),
                             sizeof(batch_t)};
    return sizes[which];
}

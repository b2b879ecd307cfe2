/* What happens to one token's activations between the linears. */
#include <math.h>

#include "tandem.h"

#define PARTS (GROUP / LANES) /* vectors in a group */

/* Root mean square, or mean and variance; everything behind `width` becomes 0. */
void row_norm(const stack_t *stack, const norm_t *norm, const float *x, float *out,
              int stride) {
    int width = stack->width;
    float mean = 0, square = 0;
    vf sum = {0};
    int whole = width / LANES * LANES;
    if (stack->is_layer_norm) {
        for (int i = 0; i < whole; i += LANES) sum += load(x + i);
        mean = lanes_sum(sum);
        for (int i = whole; i < width; i++) mean += x[i];
        mean /= (float)width;
    }
    sum = (vf){0};
    for (int i = 0; i < whole; i += LANES) {
        vf centred = load(x + i) - mean;
        sum = fma_v(centred, centred, sum);
    }
    square = lanes_sum(sum);
    for (int i = whole; i < width; i++) square += (x[i] - mean) * (x[i] - mean);
    float factor = 1.0f / sqrtf(square / (float)width + stack->norm_eps);
    for (int i = 0; i < width; i++) {
        float value = (x[i] - mean) * factor * norm->weight[i];
        out[i] = norm->bias ? value + norm->bias[i] : value;
    }
    memset(out + width, 0, (size_t)(stride - width) * sizeof(float));
}

/* RMS norm of one head (Qwen 3), in place. */
void row_head_norm(const stack_t *stack, const norm_t *norm, float *head) {
    float square = 0;
    for (int i = 0; i < stack->head_width; i++) square += head[i] * head[i];
    float factor = 1.0f / sqrtf(square / (float)stack->head_width + stack->norm_eps);
    for (int i = 0; i < stack->head_width; i++) head[i] *= factor * norm->weight[i];
}

/* Su et al. 2021, with the two halves of a head turned against each other. */
void row_rope(const stack_t *stack, float *head, const float *cosine,
              const float *sine) {
    int half = stack->head_width / 2;
    for (int i = 0; i < half; i++) {
        float a = head[i], b = head[i + half];
        head[i] = a * cosine[i] - b * sine[i];
        head[i + half] = b * cosine[i] + a * sine[i];
    }
}

/* What stays exact leaves the row; where somebody asks, the largest are noted. */
static void exact_take(rows_t *rows, int row, const linear_t *linear) {
    float *x = rows->values + (int64_t)row * rows->stride;
    for (int i = 0; linear->peaks && i < linear->inputs; i++) {
        float size = fabsf(x[i]);
        if (size > linear->peaks[i]) linear->peaks[i] = size;
    }
    for (int i = 0; i < linear->num_exact; i++) {
        rows->exact[(int64_t)row * EXACT + i] = x[linear->exact_inputs[i]];
        x[linear->exact_inputs[i]] = 0;
    }
}

typedef struct {
    float reach, offset; /* from offset - reach to offset + reach */
} span_t;

INLINE span_t group_span(const vf x[PARTS], int has_offsets) {
    vf top = x[0], bottom = -x[0];
    for (int i = 1; i < PARTS; i++) {
        top = max_v(top, x[i]);
        bottom = max_v(bottom, -x[i]);
    }
    if (!has_offsets) return (span_t){lanes_max(max_v(top, bottom)), 0};
    float highest = lanes_max(top), lowest = -lanes_max(bottom);
    return (span_t){0.5f * (highest - lowest), 0.5f * (highest + lowest)};
}

typedef struct {
    span_t span;
    float total; /* of the bytes */
    vf unsound;  /* 0, or NaN in lanes where a value is not finite */
} rounded_t;

/* GROUP values as signed bytes: from -127 to 127 around 0, or with an offset from the
 * smallest to the largest. */
INLINE rounded_t group_round(const float *values, int has_offsets, int8_t *bytes) {
    vf magic = all(12582912.0f); /* added and taken away, it rounds to an integer */
    vf x[PARTS], sum = {0}, unsound = {0};
    for (int i = 0; i < PARTS; i++) {
        x[i] = load(values + i * LANES);
        unsound += x[i] - x[i];
    }
    span_t span = group_span(x, has_offsets);
    /* Of a smaller reach the factor would be infinite, and 0 times that no number. */
    float factor = span.reach > 1e-30f ? 127.0f / span.reach : 0;
    for (int i = 0; i < PARTS; i++) {
        vf steps = (x[i] - span.offset) * factor + magic - magic;
        bytes_store(bytes + i * LANES, steps);
        sum += steps;
    }
    return (rounded_t){span, lanes_sum(sum), unsound};
}

/* A value that is not finite makes the row's scales NaN, so that it is not lost. */
void row_quantise(rows_t *rows, int row, int num_rows, const linear_t *linear) {
    exact_take(rows, row, linear);
    const float *values = rows->values + (int64_t)row * rows->stride;
    int num_groups = rows->stride / GROUP;
    vf unsound = {0};
    for (int g = 0; g < num_groups; g++) {
        group_t *group = rows->groups + (int64_t)g * num_rows + row;
        rounded_t rounded =
            group_round(values + g * GROUP, linear->has_offsets, group->bytes);
        unsound += rounded.unsound;
        group->scale = rounded.span.reach * (1.0f / 127.0f);
        group->offset = rounded.span.offset;
        group->sum = group->scale * rounded.total + rounded.span.offset * GROUP;
    }
    float poison = lanes_sum(unsound);
    for (int g = 0; g < num_groups && poison != 0; g++)
        rows->groups[(int64_t)g * num_rows + row].scale = poison;
}

/* x [width], one head; what a group lacks is 0. */
void head_quantise(const float *x, int width, int has_offsets, bytes_t *groups) {
    for (int g = 0; g * GROUP < width; g++) {
        int count = least(GROUP, width - g * GROUP);
        float padded[GROUP] = {0};
        memcpy(padded, x + g * GROUP, (size_t)count * 4);
        rounded_t rounded = group_round(padded, has_offsets, groups[g].bytes);
        groups[g].offset = rounded.span.offset;
        float poison = lanes_sum(rounded.unsound);
        groups[g].scale = poison != 0 ? poison : rounded.span.reach * (1.0f / 127.0f);
        groups[g].total = poison != 0 ? 0 : (int32_t)rounded.total;
    }
}

INLINE vf sigmoid(vf x) { return 1.0f / (1.0f + exp_v(-x)); }

INLINE vf gelu(vf x) {
    vf y;
    for (int i = 0; i < LANES; i++)
        y[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.70710678f));
    return y;
}

/* tanh(z) = 2 sigmoid(2 z) - 1, so 0.5 x (1 + tanh(z)) = x sigmoid(2 z). */
INLINE vf gelu_tanh(vf x) {
    vf z = 0.79788456080286536f * (x + 0.044715f * x * x * x);
    return x * sigmoid(2.0f * z);
}

INLINE vf activated(int kind, vf x) {
    switch (kind) {
    case SILU:
        return x * sigmoid(x);
    case RELU:
        return (vf)((vi)x & ~(vi)(x < 0.0f));
    case GELU:
        return gelu(x);
    default:
        return gelu_tanh(x);
    }
}

/* in: [ffn], or gate and up. The last vector may reach into what follows; the row's
 * buffer is padded, and what lies behind ffn_width is set to 0. */
void row_activate(const stack_t *stack, const float *in, float *out, int stride) {
    int width = stack->ffn_width;
    for (int i = 0; i < width; i += LANES) {
        vf x = activated(stack->activation, load(in + i));
        if (stack->is_gated) x *= load(in + width + i);
        store(out + i, x);
    }
    memset(out + width, 0, (size_t)(stride - width) * sizeof(float));
}

/* Attention of some tokens to the keys and values of one slot. */
#include <math.h>

#include "dot.h"

/* Vectors that N queries go through together: their sums, and these, fit registers. */
#define WIDE(N) (LANES == 16 || (N) <= 2 ? 4 : 2)
#if IN_HALVES
#define ACROSS(N) ((N) <= 2 ? 2 : 1)
#else
#define ACROSS(N) (LANES == 16 ? 4 : 2)
#endif
#define QUADS (GROUP / 4)

typedef struct {
    const float *query; /* [head_width] */
    float *scores;      /* [last rounded up to PAGE] */
    float *out;
    const float *bias; /* at key position 0, or NULL */
    float *alignment;
    int first, last;
    bytes_t bytes[HEAD_GROUPS]; /* where keys are bytes: the query, scaled */
} query_t;

typedef struct {
    const uint8_t *slot;
    int64_t page_bytes, head; /* head: offset of this kv head inside a page */
    page_shape_t shape;
} head_cache_t;

/* Pages lie far apart: the processor does not guess where the next one begins. */
INLINE void fetch(const uint8_t *from, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(from + i, 0, 2);
}

/* Scores of N queries against V vectors of keys in fp32; `keys` is a page [head
 * width][PAGE], from the first of them on. */
INLINE void float_scores(const stack_t *stack, const float *keys, int first,
                         query_t *queries, const int N, const int V, int position) {
    vf score[TILE][4];
#pragma GCC unroll 4
    for (int q = 0; q < N; q++) {
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) score[q][v] = (vf){0};
    }
    for (int d = 0; d < stack->head_width; d++) {
        vf key[4];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) key[v] = load(keys + d * PAGE + first + v * LANES);
#pragma GCC unroll 4
        for (int q = 0; q < N; q++) {
            vf value = all(queries[q].query[d]);
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) score[q][v] = fma_v(value, key[v], score[q][v]);
        }
    }
#pragma GCC unroll 4
    for (int q = 0; q < N; q++) {
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) {
            int place = position + first + v * LANES;
            vf result = score[q][v] * stack->attention_scale;
            if (queries[q].bias) result += load(queries[q].bias + place);
            store(queries[q].scores + place, result);
        }
    }
}

/* The same against keys in bytes, a group of dimensions after the other. */
INLINE void byte_scores(const head_cache_t *cache, const uint8_t *keys, int first,
                        query_t *queries, const int N, const int V, int position) {
    const float *scales = (const float *)(keys + cache->shape.key_scales) + first;
    const float *offsets = (const float *)(keys + cache->shape.key_offsets) + first;
    for (int g = 0; g < cache->shape.num_groups; g++, scales += PAGE, offsets += PAGE) {
        vi dot[TILE][4], tall[TILE][4];
#pragma GCC unroll 4
        for (int q = 0; q < N; q++) {
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) dot[q][v] = tall[q][v] = (vi){0};
        }
#pragma GCC unroll 8
        for (int quad = 0; quad < QUADS; quad++) {
            code_quad_t key[4];
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) {
                int place = (g * QUADS + quad) * PAGE + first + v * LANES;
                key[v] = codes_split(keys + place * 4, 8);
            }
#pragma GCC unroll 4
            for (int q = 0; q < N; q++) {
                vi bytes = byte_quad(queries[q].bytes[g].bytes + quad * 4);
#pragma GCC unroll 4
                for (int v = 0; v < V; v++) {
                    dot[q][v] = dot_add(dot[q][v], key[v].low, bytes);
                    if (IN_HALVES) tall[q][v] = dot_add(tall[q][v], key[v].high, bytes);
                }
            }
        }
#pragma GCC unroll 4
        for (int q = 0; q < N; q++) {
            const bytes_t *query = &queries[q].bytes[g];
            vf total = all((float)query->total * query->scale);
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) {
                vi whole = dot_total(dot[q][v], 1) - query->total * 128;
                if (IN_HALVES) whole += dot_total(tall[q][v], 16);
                vf part = to_float(whole) * query->scale, before = {0};
                float *score = queries[q].scores + position + first + v * LANES;
                if (g) {
                    before = load(score);
                } else if (queries[q].bias) {
                    before = load(queries[q].bias + position + first + v * LANES);
                }
                before = fma_v(total, load(offsets + v * LANES), before);
                store(score, fma_v(part, load(scales + v * LANES), before));
            }
        }
    }
}

INLINE void page_scores(const stack_t *stack, const head_cache_t *cache,
                        const uint8_t *head, query_t *queries, const int N,
                        int position, const int BYTES) {
    const int V = BYTES ? ACROSS(N) : WIDE(N);
    for (int first = 0; first < PAGE; first += V * LANES) {
        if (BYTES)
            byte_scores(cache, head, first, queries, N, V, position);
        else
            float_scores(stack, (const float *)head, first, queries, N, V, position);
    }
}

/* Softmax over [first, last) of one query, not yet divided; the sum of the weights. */
static float weigh(query_t *query) {
    float *scores = query->scores;
    int start = query->first / LANES * LANES, end = round_up(query->last, LANES);
    for (int p = start; p < query->first; p++) scores[p] = -INFINITY;
    for (int p = query->last; p < end; p++) scores[p] = -INFINITY;
    vf peaks = all(-INFINITY);
    for (int p = start; p < end; p += LANES) peaks = max_v(load(scores + p), peaks);
    float peak = lanes_max(peaks);
    vf sum = {0};
    for (int p = start; p < end; p += LANES) {
        vf weight = exp_v(load(scores + p) - peak);
        store(scores + p, weight);
        sum += weight;
    }
    return lanes_sum(sum);
}

/* out[N][V vectors] += weights times the values [PAGE][width] of a page. */
INLINE void page_values(const uint8_t *values, int width, int dimension,
                        const float *const *weights, const int N, const int V, int from,
                        int to, vf out[TILE][4], const int BYTES) {
    for (int p = from; p < to; p++) {
        int64_t place = (int64_t)p * width + dimension;
        vf value[4];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) {
            value[v] = BYTES ? bytes_load((const int8_t *)values + place + v * LANES)
                             : load((const float *)values + place + v * LANES);
        }
#pragma GCC unroll 4
        for (int q = 0; q < N; q++) {
            vf weight = all(weights[q][p]);
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) out[q][v] = fma_v(weight, value[v], out[q][v]);
        }
    }
}

/* Each query adds its values from its own first to its own last position, in order:
 * positions that all of them see together, the ends alone. */
INLINE void queries_values(const stack_t *stack, const head_cache_t *cache,
                           query_t *queries, const int N, const float *sums,
                           const int BYTES) {
    int first = queries[0].first, last = queries[0].last, low = first, high = last;
    for (int q = 1; q < N; q++) {
        first = queries[q].first > first ? queries[q].first : first;
        low = least(low, queries[q].first);
        last = least(last, queries[q].last);
        high = queries[q].last > high ? queries[q].last : high;
    }
    const int V = BYTES && LANES == 16 ? 2 : WIDE(N); /* at most a group wide */
    float scaled[TILE][PAGE];
    const float *weights[TILE];
    for (int dimension = 0; dimension < stack->head_width; dimension += V * LANES) {
        vf out[TILE][4];
        for (int q = 0; q < N; q++) {
            for (int v = 0; v < V; v++) out[q][v] = (vf){0};
        }
        for (int position = low / PAGE * PAGE; position < high; position += PAGE) {
            const uint8_t *head =
                cache->slot + position / PAGE * cache->page_bytes + cache->head;
            const uint8_t *values = head + cache->shape.values;
            if (dimension == 0 && position + PAGE < high)
                fetch(values + cache->page_bytes,
                      cache->shape.head_bytes - cache->shape.values);
            const float *scales = (const float *)(head + cache->shape.value_scales) +
                                  dimension / GROUP * PAGE;
            for (int q = 0; q < N; q++) {
                weights[q] = BYTES ? scaled[q] : queries[q].scores + position;
                for (int p = 0; BYTES && p < PAGE; p += LANES)
                    store(scaled[q] + p,
                          load(queries[q].scores + position + p) * load(scales + p));
            }
            int end = position + PAGE;
            int shared_from = first > position ? first : position;
            int shared_to = least(last, end);
            if (shared_from >= shared_to) shared_from = shared_to = end;
            for (int q = 0; q < N; q++) {
                int from = queries[q].first > position ? queries[q].first : position;
                int to = least(least(shared_from, end), queries[q].last);
                page_values(values, cache->shape.value_width, dimension, weights + q, 1,
                            V, from - position, to - position, out + q, BYTES);
            }
            if (shared_to > shared_from) {
                page_values(values, cache->shape.value_width, dimension, weights, N, V,
                            shared_from - position, shared_to - position, out, BYTES);
                for (int q = 0; q < N; q++) {
                    int to = least(end, queries[q].last);
                    page_values(values, cache->shape.value_width, dimension,
                                weights + q, 1, V, shared_to - position, to - position,
                                out + q, BYTES);
                }
            }
        }
        for (int q = 0; q < N; q++) {
            vf factor = all(1.0f / sums[q]);
            for (int v = 0; v < V; v++) {
                vf result = out[q][v] * factor;
                int left = stack->head_width - dimension - v * LANES;
                if (left > 0)
                    memcpy(queries[q].out + dimension + v * LANES, &result,
                           (size_t)least(left, LANES) * 4);
            }
        }
    }
}

INLINE void queries_attend(const stack_t *stack, const head_cache_t *cache,
                           query_t *queries, const int N, const int BYTES) {
    int first = queries[0].first, last = queries[0].last;
    for (int q = 1; q < N; q++) {
        first = least(first, queries[q].first);
        last = queries[q].last > last ? queries[q].last : last;
    }
    const uint8_t *start = cache->slot + first / PAGE * cache->page_bytes + cache->head;
    for (int position = first / PAGE * PAGE; position < last; position += PAGE) {
        const uint8_t *head =
            cache->slot + position / PAGE * cache->page_bytes + cache->head;
        fetch(position + PAGE < last ? head + cache->page_bytes
                                     : start + cache->shape.values,
              cache->shape.values);
        page_scores(stack, cache, head, queries, N, position, BYTES);
    }
    float sums[TILE];
    for (int q = 0; q < N; q++) {
        sums[q] = weigh(&queries[q]);
        if (queries[q].alignment) {
            for (int p = 0; p < queries[q].last; p++) {
                queries[q].alignment[p] = queries[q].scores[p] / sums[q];
            }
        }
    }
    queries_values(stack, cache, queries, N, sums, BYTES);
}

#define ATTEND(N, BYTES) queries_attend(stack, &cache, queries, N, BYTES)

static void query_quantise(const stack_t *stack, query_t *query) {
    head_quantise(query->query, stack->head_width, 0, query->bytes);
    for (int g = 0; g * GROUP < stack->head_width; g++)
        query->bytes[g].scale *= stack->attention_scale;
}

static void queries_flush(const stack_t *stack, head_cache_t cache, query_t *queries,
                          int count) {
    if (stack->has_byte_cache) {
        switch (count) {
        case 1:
            ATTEND(1, 1);
            break;
        case 2:
            ATTEND(2, 1);
            break;
        case 3:
            ATTEND(3, 1);
            break;
        case 4:
            ATTEND(4, 1);
            break;
        }
    } else {
        switch (count) {
        case 1:
            ATTEND(1, 0);
            break;
        case 2:
            ATTEND(2, 0);
            break;
        case 3:
            ATTEND(3, 0);
            break;
        case 4:
            ATTEND(4, 0);
            break;
        }
    }
}

void attend(const stack_t *stack, const attention_task_t *task, float *scratch,
            int scratch_stride) {
    page_shape_t shape = page_shape(stack);
    head_cache_t cache = {
        .slot = task->slot,
        .page_bytes = task->page_bytes,
        .head = task->kv_head * shape.head_bytes,
        .shape = shape,
    };
    int heads = stack->num_heads / stack->num_kv_heads, count = 0;
    query_t queries[TILE];
    for (int t = 0; t < task->num_tokens; t++) {
        for (int h = 0; h < heads; h++) {
            int head = task->kv_head * heads + h;
            queries[count] = (query_t){
                .query = task->query + (int64_t)t * task->query_stride +
                         head * stack->head_width,
                .scores = scratch + (int64_t)count * scratch_stride,
                .out = task->out + (int64_t)t * task->out_stride +
                       head * stack->head_width,
                .first = task->first ? task->first[t] : 0,
                .last = task->last[t],
            };
            if (task->bias_by_distance) {
                queries[count].bias = task->bias_by_distance +
                                      (int64_t)head * stack->bias_stride +
                                      stack->bias_origin - task->position[t];
            }
            if (task->alignment) {
                queries[count].alignment =
                    task->alignment + (int64_t)head * task->align_stride;
            }
            if (stack->has_byte_cache) query_quantise(stack, &queries[count]);
            if (++count == TILE) {
                queries_flush(stack, cache, queries, count);
                count = 0;
            }
        }
    }
    queries_flush(stack, cache, queries, count);
}

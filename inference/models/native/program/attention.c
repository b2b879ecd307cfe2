/* Attention of some tokens to the keys and values of one slot. */
#include <math.h>

#include "tandem.h"

/* Vectors that N queries go through together: their sums, and these, fit registers. */
#define WIDE(N) (LANES == 16 || (N) <= 2 ? 4 : 2)

typedef struct {
    const float *query; /* [head_width] */
    float *scores;      /* [last rounded up to PAGE] */
    float *out;
    const float *bias; /* at key position 0, or NULL */
    float *alignment;
    int first, last;
} query_t;

INLINE vf cached(const uint8_t *base, int64_t index, const int HALF) {
    return HALF ? half_load((const uint16_t *)base + index)
                : load((const float *)base + index);
}

/* Scores of N queries against V vectors of keys; `keys` is a page [head width][PAGE],
 * from the first of them on. */
INLINE void keys_scores(const stack_t *stack, const uint8_t *keys, int first,
                        query_t *queries, const int N, const int V, int position,
                        const int HALF) {
    vf score[TILE][4];
#pragma GCC unroll 4
    for (int q = 0; q < N; q++) {
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) score[q][v] = (vf){0};
    }
    for (int d = 0; d < stack->head_width; d++) {
        vf key[4];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++)
            key[v] = cached(keys, d * PAGE + first + v * LANES, HALF);
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

INLINE void page_scores(const stack_t *stack, const uint8_t *keys, query_t *queries,
                        const int N, int position, const int HALF) {
    for (int first = 0; first < PAGE; first += WIDE(N) * LANES)
        keys_scores(stack, keys, first, queries, N, WIDE(N), position, HALF);
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

/* out[N][V vectors] += weights times the values [PAGE][padded width] of a page. */
INLINE void page_values(const uint8_t *values, int64_t width, int dimension,
                        query_t *queries, const int N, const int V, int position,
                        int from, int to, vf out[TILE][4], const int HALF) {
    for (int p = from; p < to; p++) {
        vf value[4];
#pragma GCC unroll 4
        for (int v = 0; v < V; v++) {
            value[v] =
                cached(values, (p - position) * width + dimension + v * LANES, HALF);
        }
#pragma GCC unroll 4
        for (int q = 0; q < N; q++) {
            vf weight = all(queries[q].scores[p]);
#pragma GCC unroll 4
            for (int v = 0; v < V; v++) out[q][v] = fma_v(weight, value[v], out[q][v]);
        }
    }
}

typedef struct {
    const uint8_t *slot;
    int64_t page_bytes, keys, values; /* offsets of this head inside a page */
} head_cache_t;

/* Each query adds its values from its own first to its own last position, in order:
 * positions that all of them see together, the ends alone. */
INLINE void queries_values(const stack_t *stack, const head_cache_t *cache,
                           query_t *queries, const int N, const float *sums,
                           const int HALF) {
    int width = round_up(stack->head_width, PAGE);
    int first = queries[0].first, last = queries[0].last, low = first, high = last;
    for (int q = 1; q < N; q++) {
        first = queries[q].first > first ? queries[q].first : first;
        low = least(low, queries[q].first);
        last = least(last, queries[q].last);
        high = queries[q].last > high ? queries[q].last : high;
    }
    const int V = WIDE(N);
    for (int dimension = 0; dimension < stack->head_width; dimension += V * LANES) {
        vf out[TILE][4];
        for (int q = 0; q < N; q++) {
            for (int v = 0; v < V; v++) out[q][v] = (vf){0};
        }
        for (int position = low / PAGE * PAGE; position < high; position += PAGE) {
            const uint8_t *values =
                cache->slot + position / PAGE * cache->page_bytes + cache->values;
            int end = position + PAGE;
            int shared_from = first > position ? first : position;
            int shared_to = least(last, end);
            if (shared_from >= shared_to) shared_from = shared_to = end;
            for (int q = 0; q < N; q++) {
                int from = queries[q].first > position ? queries[q].first : position;
                page_values(values, width, dimension, queries + q, 1, V, position, from,
                            least(least(shared_from, end), queries[q].last), out + q,
                            HALF);
            }
            if (shared_to > shared_from) {
                page_values(values, width, dimension, queries, N, V, position,
                            shared_from, shared_to, out, HALF);
                for (int q = 0; q < N; q++) {
                    page_values(values, width, dimension, queries + q, 1, V, position,
                                shared_to, least(end, queries[q].last), out + q, HALF);
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
                           query_t *queries, const int N, const int HALF) {
    int first = queries[0].first, last = queries[0].last;
    for (int q = 1; q < N; q++) {
        first = least(first, queries[q].first);
        last = queries[q].last > last ? queries[q].last : last;
    }
    for (int position = first / PAGE * PAGE; position < last; position += PAGE) {
        const uint8_t *page = cache->slot + position / PAGE * cache->page_bytes;
        page_scores(stack, page + cache->keys, queries, N, position, HALF);
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
    queries_values(stack, cache, queries, N, sums, HALF);
}

#define ATTEND(N, HALF) queries_attend(stack, &cache, queries, N, HALF)

static void queries_flush(const stack_t *stack, head_cache_t cache, query_t *queries,
                          int count) {
    if (stack->has_half_cache) {
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

static int64_t element_bytes(const stack_t *stack) {
    return stack->has_half_cache ? 2 : 4;
}

static int64_t values_offset(const stack_t *stack) {
    return (int64_t)stack->num_kv_heads * stack->head_width * PAGE *
           element_bytes(stack);
}

void attend(const stack_t *stack, const attention_task_t *task, float *scratch,
            int scratch_stride) {
    int64_t bytes = element_bytes(stack);
    head_cache_t cache = {
        .slot = task->slot,
        .page_bytes = task->page_bytes,
        .keys = (int64_t)task->kv_head * stack->head_width * PAGE * bytes,
        .values = values_offset(stack) + (int64_t)task->kv_head * PAGE *
                                             round_up(stack->head_width, PAGE) * bytes,
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
            if (++count == TILE) {
                queries_flush(stack, cache, queries, count);
                count = 0;
            }
        }
    }
    queries_flush(stack, cache, queries, count);
}

/* key, value: [head width] of one token and head. */
void cache_write(const stack_t *stack, uint8_t *slot, int64_t page_bytes, int kv_head,
                 int position, const float *key, const float *value) {
    uint8_t *page = slot + position / PAGE * page_bytes;
    uint8_t *value_page = page + values_offset(stack);
    int place = position % PAGE, width = stack->head_width;
    int64_t key_at = (int64_t)kv_head * width * PAGE + place;
    int64_t value_at = ((int64_t)kv_head * PAGE + place) * round_up(width, PAGE);
    for (int d = 0; d < width; d++) {
        if (stack->has_half_cache) {
            ((uint16_t *)page)[key_at + d * PAGE] = half_from(key[d]);
            ((uint16_t *)value_page)[value_at + d] = half_from(value[d]);
        } else {
            ((float *)page)[key_at + d * PAGE] = key[d];
            ((float *)value_page)[value_at + d] = value[d];
        }
    }
}

/* A transformer's step on a CPU: what all files of the program share.
 *
 * Everything is computed row by row in a fixed order, so a token's result depends, to
 * the last bit, neither on its neighbours in the batch nor on the number of threads.
 * Vectors are the compiler's own, as wide as the processor's: split ones would live in
 * memory. Only what the compiler cannot express is written in intrinsics.
 */
#ifndef TANDEM_H
#define TANDEM_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "vectors.h"

#define GROUP 32      /* inputs that share a scale */
#define PAGE 64       /* positions that lie together in a cache */
#define EXACT 16      /* inputs of a linear that stay fp32, at most */
#define TILE 4        /* queries that read a key together */
#define HEAD_GROUPS 8 /* of a head whose keys and values are bytes, at most */

/* ---- The model; Python fills these structures (layout.py mirrors them) ---- */

typedef struct {
    const float *weight, *bias; /* [width]; bias may be NULL */
} norm_t;

/* Weights [outputs, inputs], both padded to GROUP, packed in blocks of LANES outputs.
 * bits 32: fp32 [block][input][lane].
 * bits 8:  codes [block][input / 4][lane][4].
 * bits 4:  codes [block][group][4][lane][4]; the low halves are the group's inputs
 *          0 to 15, the high halves 16 to 31.
 * A weight is code * scale + zero; scale, zero: fp16 [block][group][lane].
 *
 * Some inputs are far larger than their neighbours for any text; as bytes they would
 * leave the others few steps. Their activations stay fp32, and so many columns of the
 * weights are kept for them once more, as fp16. */
typedef struct {
    int32_t outputs, inputs, bits, has_offsets, num_exact, unused;
    const uint8_t *codes;
    const uint16_t *scale, *zero;
    const float *bias;             /* [outputs], or NULL */
    const int32_t *exact_inputs;   /* [num_exact], at most EXACT */
    const uint16_t *exact_weights; /* [block][num_exact][lane] */
    float *peaks; /* [inputs], or NULL: takes the largest of each input (one thread) */
} linear_t;

typedef struct {
    norm_t norm, query_norm, key_norm;
    linear_t input;     /* query, key, value, one after the other; cross: query */
    linear_t key_value; /* cross only: of the encoder's output */
    linear_t output;
} attention_t;

typedef struct {
    attention_t self, cross;
    norm_t ffn_norm;
    linear_t up; /* gated: gate, then up */
    linear_t down;
} layer_t;

enum { SILU, RELU, GELU, GELU_TANH };

typedef struct {
    int32_t num_layers, width, num_heads, num_kv_heads, head_width, ffn_width;
    int32_t is_layer_norm, norm_first, activation, is_gated, has_cross, has_byte_cache;
    float norm_eps, attention_scale, embedding_scale, rope_scale;
    const float *embedding;           /* [vocabulary, width] */
    const float *positions;           /* [positions, width], or NULL */
    const float *rope_frequencies;    /* [head_width / 2], or NULL */
    const float *bias_by_distance;    /* [heads, bias_stride], or NULL */
    int32_t bias_stride, bias_origin; /* the distance key - query = 0 is at origin */
    const layer_t *layers;
    norm_t final_norm; /* weight may be NULL */
} stack_t;

/* Keys and values, in pages; `page_shape` has a page's order. */
typedef struct {
    uint8_t *base;
    int64_t slot_bytes, page_bytes, layer_bytes; /* layer_bytes 0: one for all layers */
} cache_t;

/* The tokens of one pass; each array has num_tokens numbers. A token sees the keys
 * `first` up to, without, `last` of its slot. */
typedef struct {
    int32_t num_tokens, num_outputs, num_aligned, align_stride;
    const int32_t *token, *slot, *position, *first, *last;
    const int32_t *source_slot, *source_length; /* or NULL */
    const int32_t *align_row;   /* the token's row of `alignments`, or -1 */
    const int32_t *output_rows; /* [num_outputs]: tokens whose logits are wanted */
    float *logits;              /* [num_outputs, padded vocabulary] */
    float *alignments;          /* [num_aligned, layers, heads, align_stride] */
} batch_t;

/* ---- Threads ---- */

typedef struct team team_t;
typedef void (*team_fn)(void *context, int thread);

team_t *team_new(int size);
void team_free(team_t *team);
int team_size(const team_t *team);
void team_run(team_t *team, team_fn fn, void *context);
void team_barrier(team_t *team);

/* ---- Rows and linears ---- */

/* Activations of a group as signed bytes: a value is byte * scale + offset. `sum` is
 * that of the values so rounded. A linear without offsets does not look at them: they
 * are 0.
 */
typedef struct {
    int8_t bytes[GROUP];
    float scale, offset, sum;
} group_t;

/* Activations [rows, stride]. For weights of 8 or 4 bits also groups [stride / GROUP]
 * [rows], so that the rows of a tile lie together. */
typedef struct {
    float *values;
    group_t *groups;
    float *exact; /* [rows, EXACT] */
    int32_t stride;
} rows_t;

/* The same of one head. `total`: the sum of the bytes. */
typedef struct {
    int8_t bytes[GROUP];
    float scale, offset;
    int32_t total;
} bytes_t;

void head_quantise(const float *x, int width, int has_offsets, bytes_t *groups);
void row_norm(const stack_t *stack, const norm_t *norm, const float *x, float *out,
              int stride);
void row_quantise(rows_t *rows, int row, int num_rows, const linear_t *linear);
void row_activate(const stack_t *stack, const float *in, float *out, int stride);
void row_rope(const stack_t *stack, float *head, const float *cosine,
              const float *sine);
void row_head_norm(const stack_t *stack, const norm_t *norm, float *head);
void linear_blocks(const linear_t *w, const rows_t *in, int num_rows, int first,
                   int last, float *out, int out_stride, int add);

/* ---- Attention ---- */

typedef struct {
    const float *query;   /* of the first token's first head of this kv head */
    int32_t query_stride; /* between tokens */
    float *out;           /* likewise [head_width] for each head */
    int32_t out_stride;
    const uint8_t *slot; /* the cache of this slot and layer */
    int64_t page_bytes;
    int32_t kv_head, num_tokens;
    const int32_t *first, *last, *position; /* of each token */
    const float *bias_by_distance;          /* of the first head, or NULL */
    float *alignment;                       /* of the first head, or NULL */
    int32_t align_stride;
} attention_task_t;

/* Of one kv head, one after the other. In fp32: keys [head width][PAGE], values
 * [PAGE][value width]. In bytes: keys [group][GROUP / 4][PAGE][4], their scales
 * and offsets [group][PAGE], values [PAGE][value width], their scales [group][PAGE]. */
typedef struct {
    int64_t key_scales, key_offsets, values, value_scales; /* where they begin */
    int64_t head_bytes;
    int num_groups, value_width;
} page_shape_t;

void attend(const stack_t *stack, const attention_task_t *task, float *scratch,
            int scratch_stride);
void cache_write(const stack_t *stack, uint8_t *slot, int64_t page_bytes, int kv_head,
                 int position, const float *key, const float *value);

INLINE int round_up(int n, int to) { return (n + to - 1) / to * to; }
INLINE int least(int a, int b) { return a < b ? a : b; }

INLINE page_shape_t page_shape(const stack_t *stack) {
    page_shape_t shape = {.num_groups = round_up(stack->head_width, GROUP) / GROUP};
    if (stack->has_byte_cache) {
        int64_t codes = (int64_t)shape.num_groups * GROUP * PAGE;
        int64_t scales = (int64_t)shape.num_groups * PAGE * 4;
        shape.value_width = shape.num_groups * GROUP;
        shape.key_scales = codes;
        shape.key_offsets = codes + scales;
        shape.values = shape.key_offsets + scales;
        shape.value_scales = shape.values + codes;
        shape.head_bytes = shape.value_scales + scales;
    } else {
        shape.value_width = round_up(stack->head_width, PAGE);
        shape.values = (int64_t)stack->head_width * PAGE * 4;
        shape.head_bytes = shape.values + (int64_t)shape.value_width * PAGE * 4;
    }
    return shape;
}

#endif

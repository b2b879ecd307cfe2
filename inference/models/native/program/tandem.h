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
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Floats in a vector, outputs in a block of weights. */
#if defined(__AVX512BW__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#define GROUP 32      /* inputs that share a scale */
#define PAGE 64       /* positions that lie together in a cache */
#define EXACT 16      /* inputs of a linear that stay fp32, at most */
#define TILE 4        /* queries that read a key together */
#define HEAD_GROUPS 8 /* of a head whose keys and values are bytes, at most */
#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int32_t vi __attribute__((vector_size(LANES * 4)));
typedef float vf_loose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t vi_loose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

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

/* ---- Small helpers ---- */

INLINE int round_up(int n, int to) { return (n + to - 1) / to * to; }

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

INLINE int least(int a, int b) { return a < b ? a : b; }
INLINE vf load(const float *p) { return *(const vf_loose *)p; }
INLINE void store(float *p, vf x) { *(vf_loose *)p = x; }
INLINE vf all(float x) { return x - (vf){0}; }
INLINE vf to_float(vi x) { return __builtin_convertvector(x, vf); }

/* a * b + c, rounded once where the processor can; never left to the compiler's
 * choice, which might differ from one place to the next. */
INLINE vf fma_v(vf a, vf b, vf c) {
#if LANES == 16
    return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif LANES == 8 && defined(__FMA__)
    return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
    return a * b + c;
#endif
}

INLINE vf half_load(const uint16_t *p) {
#if LANES == 16
    return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif LANES == 8 && defined(__F16C__)
    return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
#else
    vf x;
    for (int i = 0; i < LANES; i++) {
        _Float16 h;
        memcpy(&h, p + i, 2);
        x[i] = (float)h;
    }
    return x;
#endif
}

INLINE uint16_t half_from(float x) {
#if defined(__F16C__)
    return (uint16_t)_cvtss_sh(x, _MM_FROUND_TO_NEAREST_INT);
#else
    _Float16 h = (_Float16)x;
    uint16_t bits;
    memcpy(&bits, &h, 2);
    return bits;
#endif
}

INLINE float half_to(uint16_t bits) {
#if defined(__F16C__)
    return _cvtsh_ss(bits);
#else
    _Float16 h;
    memcpy(&h, &bits, 2);
    return (float)h;
#endif
}

INLINE vf max_v(vf a, vf b) {
    vi greater = a > b;
    return (vf)(((vi)a & greater) | ((vi)b & ~greater));
}

INLINE vf min_v(vf a, vf b) {
    vi less = a < b;
    return (vf)(((vi)a & less) | ((vi)b & ~less));
}

/* Bytes to floats and back; left to itself, GCC converts them one by one. */
INLINE vf bytes_load(const int8_t *p) {
#if LANES == 16
    return to_float((vi)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
#elif LANES == 8
    return to_float((vi)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)));
#else
    vf x;
    for (int i = 0; i < LANES; i++) x[i] = p[i];
    return x;
#endif
}

/* Whole numbers from -128 to 127. */
INLINE void bytes_store(int8_t *p, vf x) {
#if LANES == 16
    __m512i whole = _mm512_cvttps_epi32((__m512)x);
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(whole));
#elif LANES == 8
    __m256i whole = _mm256_cvttps_epi32((__m256)x);
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(whole),
                                    _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64((__m128i *)p, _mm_packs_epi16(words, words));
#else
    for (int i = 0; i < LANES; i++) p[i] = (int8_t)x[i];
#endif
}

typedef float four __attribute__((vector_size(16)));
typedef int32_t four_ints __attribute__((vector_size(16)));

typedef union {
    vf whole;
    four parts[LANES / 4];
} fours_t;

/* Of all lanes: by fours, then those. */
INLINE float lanes_sum(vf x) {
    fours_t fours = {x};
    four sum = fours.parts[0];
    for (int i = 1; i < LANES / 4; i++) sum += fours.parts[i];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

INLINE float lanes_max(vf x) {
    fours_t fours = {x};
    four top = fours.parts[0];
    for (int i = 1; i < LANES / 4; i++) {
        four_ints greater = top > fours.parts[i];
        top =
            (four)(((four_ints)top & greater) | ((four_ints)fours.parts[i] & ~greater));
    }
    float a = top[0] > top[2] ? top[0] : top[2], b = top[1] > top[3] ? top[1] : top[3];
    return a > b ? a : b;
}

/* e to the x within 2 ulp (Cephes' polynomial); NaN stays NaN, far below is 0. */
INLINE vf exp_v(vf x) {
    vi is_sound = x == x;
    vf clamped = max_v(min_v(x, all(88.0f)), all(-87.3f));
    vf scaled = clamped * 1.44269504088896341f;
    vf magic = all(12582912.0f); /* 1.5 * 2 ** 23: rounds to the nearest integer */
    vf whole = (scaled + magic) - magic;
    vf r = fma_v(whole, all(-0.693359375f), clamped);
    r = fma_v(whole, all(2.12194440e-4f), r);
    vf p = all(1.9875691500e-4f);
    p = fma_v(p, r, all(1.3981999507e-3f));
    p = fma_v(p, r, all(8.3334519073e-3f));
    p = fma_v(p, r, all(4.1665795894e-2f));
    p = fma_v(p, r, all(1.6666665459e-1f));
    p = fma_v(p, r, all(5.0000001201e-1f));
    p = fma_v(p, r * r, r + 1.0f);
    vi power = (__builtin_convertvector(whole, vi) + 127) << 23;
    vf result = p * (vf)power;
    vi is_tiny = x < -87.3f;
    result = (vf)((vi)result & ~is_tiny);
    return (vf)(((vi)result & is_sound) | ((vi)x & ~is_sound));
}

#endif

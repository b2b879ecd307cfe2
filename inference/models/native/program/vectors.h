/* Vectors as wide as the processor's, and what the compiler cannot express of them. */
#ifndef VECTORS_H
#define VECTORS_H

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
#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int32_t vi __attribute__((vector_size(LANES * 4)));
typedef float vf_loose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t vi_loose __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

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

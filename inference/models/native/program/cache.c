/* Keys and values: where they lie, and how they are written. */
#include "tandem.h"

int64_t cache_layer_bytes(const stack_t *stack) {
    return stack->num_kv_heads * page_shape(stack).head_bytes;
}

static void floats_write(const stack_t *stack, uint8_t *head, int place,
                         const float *key, const float *value) {
    page_shape_t shape = page_shape(stack);
    float *keys = (float *)head, *values = (float *)(head + shape.values);
    for (int d = 0; d < stack->head_width; d++) keys[d * PAGE + place] = key[d];
    memcpy(values + (int64_t)place * shape.value_width, value,
           (size_t)stack->head_width * 4);
}

/* Keys from the smallest to the largest of a group, because a few dimensions of them
 * are far from 0 in every text; as bytes from 0 on, 128 more than they are, because the
 * processor multiplies unsigned bytes by signed ones, and the queries are signed. */
static void bytes_write(const stack_t *stack, uint8_t *head, int place,
                        const float *key, const float *value) {
    page_shape_t shape = page_shape(stack);
    float *key_scales = (float *)(head + shape.key_scales);
    float *key_offsets = (float *)(head + shape.key_offsets);
    float *value_scales = (float *)(head + shape.value_scales);
    bytes_t keys[HEAD_GROUPS], values[HEAD_GROUPS];
    head_quantise(key, stack->head_width, 1, keys);
    head_quantise(value, stack->head_width, 0, values);
    for (int g = 0; g < shape.num_groups; g++) {
        for (int i = 0; i < GROUP; i += 4) {
            uint32_t quad;
            memcpy(&quad, keys[g].bytes + i, 4);
            quad ^= 0x80808080;
            memcpy(head + ((int64_t)(g * GROUP + i) * PAGE + place * 4), &quad, 4);
        }
        key_scales[g * PAGE + place] = keys[g].scale;
        key_offsets[g * PAGE + place] = keys[g].offset;
        memcpy(head + shape.values + (int64_t)place * shape.value_width + g * GROUP,
               values[g].bytes, GROUP);
        value_scales[g * PAGE + place] = values[g].scale;
    }
}

/* key, value: [head width] of one token and head. */
void cache_write(const stack_t *stack, uint8_t *slot, int64_t page_bytes, int kv_head,
                 int position, const float *key, const float *value) {
    uint8_t *head =
        slot + position / PAGE * page_bytes + kv_head * page_shape(stack).head_bytes;
    if (stack->has_byte_cache)
        bytes_write(stack, head, position % PAGE, key, value);
    else
        floats_write(stack, head, position % PAGE, key, value);
}

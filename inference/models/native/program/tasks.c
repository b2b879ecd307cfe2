/* The pieces of work of which a pass is made, each done by whichever thread is free. */
#include <math.h>

#include "pass.h"

static float *row_of(const rows_t *rows, int row) {
    return rows->values + (int64_t)row * rows->stride;
}

void task_embed(const job_t *job, int first, int last, int thread) {
    (void)thread;
    const stack_t *s = job->pass->stack;
    const batch_t *batch = job->pass->batch;
    workspace_t *work = job->pass->work;
    int half = s->head_width / 2;
    for (int t = first; t < last; t++) {
        float *x = row_of(&work->x, t);
        const float *embedding = s->embedding + (int64_t)batch->token[t] * s->width;
        const float *position =
            s->positions ? s->positions + (int64_t)batch->position[t] * s->width : NULL;
        for (int i = 0; i < s->width; i++) {
            x[i] = embedding[i] * s->embedding_scale;
            if (position) x[i] += position[i];
        }
        memset(x + s->width, 0, (size_t)(work->x.stride - s->width) * sizeof(float));
        for (int i = 0; s->rope_frequencies && i < half; i++) {
            float angle = (float)batch->position[t] * s->rope_frequencies[i];
            work->cosine[(int64_t)t * half + i] = cosf(angle) * s->rope_scale;
            work->sine[(int64_t)t * half + i] = sinf(angle) * s->rope_scale;
        }
    }
}

/* Norm (unless it comes after the block), and bytes for weights of few bits. */
void task_prepare(const job_t *job, int first, int last, int thread) {
    (void)thread;
    const stack_t *s = job->pass->stack;
    for (int t = first; t < last; t++) {
        const float *x = row_of(job->in, t);
        float *out = row_of(job->rows, t);
        if (job->norm && job->norm->weight) {
            row_norm(s, job->norm, x, out, job->rows->stride);
        } else if (x != out) {
            memcpy(out, x, (size_t)job->rows->stride * sizeof(float));
        }
        if (job->linear && job->linear->bits != 32)
            row_quantise(job->rows, t, job->num_rows, job->linear);
    }
}

/* The rows whose logits are wanted, normed, one after the other. */
void task_prepare_outputs(const job_t *job, int first, int last, int thread) {
    (void)thread;
    pass_t *pass = job->pass;
    for (int i = first; i < last; i++) {
        const float *x = row_of(&pass->work->x, pass->batch->output_rows[i]);
        float *out = row_of(job->rows, i);
        if (job->norm->weight) {
            row_norm(pass->stack, job->norm, x, out, job->rows->stride);
        } else {
            memcpy(out, x, (size_t)job->rows->stride * sizeof(float));
        }
        if (job->linear->bits != 32)
            row_quantise(job->rows, i, job->num_rows, job->linear);
    }
}

void task_linear(const job_t *job, int first, int last, int thread) {
    (void)thread;
    linear_blocks(job->linear, job->in, job->num_rows, first * 2, last * 2, job->out,
                  job->out_stride, job->add);
}

static uint8_t *slot_of(cache_t cache, int slot, int layer) {
    return cache.base + slot * cache.slot_bytes + layer * cache.layer_bytes;
}

/* Of one token: the queries that read this kv head, and its key, turned; then the key
 * and value are kept. */
static void rope_and_write(const job_t *job, int t, int kv_head) {
    const stack_t *s = job->pass->stack;
    const batch_t *batch = job->pass->batch;
    workspace_t *work = job->pass->work;
    const attention_t *self = &job->layer->self;
    int width = s->head_width, heads = s->num_heads / s->num_kv_heads;
    float *queries = work->projected + (int64_t)t * work->projected_stride;
    float *key = queries + (s->num_heads + kv_head) * width;
    const float *cosine = work->cosine + (int64_t)t * (width / 2);
    const float *sine = work->sine + (int64_t)t * (width / 2);
    for (int h = 0; h <= heads; h++) {
        float *head = h < heads ? queries + (kv_head * heads + h) * width : key;
        const norm_t *norm = h < heads ? &self->query_norm : &self->key_norm;
        if (norm->weight) row_head_norm(s, norm, head);
        if (s->rope_frequencies) row_rope(s, head, cosine, sine);
    }
    cache_write(s, slot_of(job->pass->cache, batch->slot[t], job->layer_number),
                job->pass->cache.page_bytes, kv_head, batch->position[t], key,
                key + s->num_kv_heads * width);
}

void task_rope_and_write(const job_t *job, int first, int last, int thread) {
    (void)thread;
    int kv_heads = job->pass->stack->num_kv_heads;
    for (int i = first; i < last; i++) rope_and_write(job, i / kv_heads, i % kv_heads);
}

void task_attend(const job_t *job, int first, int last, int thread) {
    pass_t *pass = job->pass;
    const stack_t *s = pass->stack;
    const batch_t *batch = pass->batch;
    workspace_t *work = pass->work;
    float *scratch = work->scratch + (int64_t)thread * TILE * work->scratch_stride;
    for (int i = first; i < last; i++) {
        segment_t segment = work->segments[i / s->num_kv_heads];
        int t = segment.token;
        if (pass->are_alone) rope_and_write(job, t, i % s->num_kv_heads);
        attention_task_t task = {
            .query = work->projected + (int64_t)t * work->projected_stride,
            .query_stride = work->projected_stride,
            .out = row_of(&work->attended, t),
            .out_stride = work->attended.stride,
            .slot = slot_of(pass->cache, batch->slot[t], job->layer_number),
            .page_bytes = pass->cache.page_bytes,
            .kv_head = i % s->num_kv_heads,
            .num_tokens = segment.count,
            .first = batch->first + t,
            .last = batch->last + t,
            .position = batch->position + t,
            .bias_by_distance = s->bias_by_distance,
        };
        attend(s, &task, scratch, work->scratch_stride);
    }
}

void task_attend_source(const job_t *job, int first, int last, int thread) {
    pass_t *pass = job->pass;
    const stack_t *s = pass->stack;
    const batch_t *batch = pass->batch;
    workspace_t *work = pass->work;
    float *scratch = work->scratch + (int64_t)thread * TILE * work->scratch_stride;
    for (int i = first; i < last; i++) {
        int t = i / s->num_kv_heads;
        attention_task_t task = {
            .query = work->projected + (int64_t)t * work->projected_stride,
            .query_stride = work->projected_stride,
            .out = row_of(&work->attended, t),
            .out_stride = work->attended.stride,
            .slot =
                slot_of(pass->source_cache, batch->source_slot[t], job->layer_number),
            .page_bytes = pass->source_cache.page_bytes,
            .kv_head = i % s->num_kv_heads,
            .num_tokens = 1,
            .last = batch->source_length + t,
        };
        if (batch->align_row && batch->align_row[t] >= 0) {
            int64_t row =
                (int64_t)batch->align_row[t] * s->num_layers + job->layer_number;
            task.align_stride = batch->align_stride;
            task.alignment =
                batch->alignments + row * s->num_heads * batch->align_stride;
        }
        attend(s, &task, scratch, work->scratch_stride);
    }
}

void task_activate(const job_t *job, int first, int last, int thread) {
    (void)thread;
    workspace_t *work = job->pass->work;
    for (int t = first; t < last; t++) {
        row_activate(job->pass->stack,
                     work->projected + (int64_t)t * work->projected_stride,
                     row_of(job->rows, t), job->rows->stride);
        if (job->linear->bits != 32)
            row_quantise(job->rows, t, job->num_rows, job->linear);
    }
}

/* The encoder's output as keys and values of one decoder layer. */
void task_write_source(const job_t *job, int first, int last, int thread) {
    (void)thread;
    pass_t *pass = job->pass;
    const stack_t *s = pass->decoder;
    const batch_t *batch = pass->batch;
    for (int t = first; t < last; t++) {
        const float *keys =
            pass->work->projected + (int64_t)t * pass->work->projected_stride;
        uint8_t *slot =
            slot_of(pass->source_cache, batch->source_slot[t], job->layer_number);
        for (int h = 0; h < s->num_kv_heads; h++) {
            const float *key = keys + h * s->head_width;
            cache_write(s, slot, pass->source_cache.page_bytes, h, batch->position[t],
                        key, key + s->num_kv_heads * s->head_width);
        }
    }
}

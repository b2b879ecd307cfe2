/* What the threads of one pass share, and the tasks that its phases are made of. */
#ifndef PASS_H
#define PASS_H

#include "tandem.h"

#define SEGMENT 4 /* tokens of one slot that attend together */
#define FEW 4     /* rows that every thread rather prepares for itself than to wait */

typedef struct {
    int32_t token, count; /* consecutive tokens of one slot */
} segment_t;

typedef struct {
    team_t *team;
    int num_tokens; /* for which the buffers are made */
    rows_t x, normed, attended, hidden;
    rows_t *own; /* of each thread, for FEW tokens */
    float *projected, *cosine, *sine, *scratch;
    int32_t projected_stride, scratch_stride;
    segment_t *segments;
    atomic_int *counters;
    int num_counters;
} workspace_t;

/* What the phases of one pass read. */
typedef struct {
    const stack_t *stack;
    const batch_t *batch;
    workspace_t *work;
    cache_t cache, source_cache;
    int num_segments;
    int are_alone; /* no two tokens of one slot: none reads what another writes */
    const stack_t *decoder;
} pass_t;

typedef struct {
    pass_t *pass;
    const layer_t *layer;
    int layer_number;
    const linear_t *linear;
    const norm_t *norm;
    const rows_t *in;
    rows_t *rows;
    float *out;
    int num_rows, out_stride, add;
} job_t;

/* Does the pieces `first` up to, without, `last` of a phase. */
typedef void task_fn(const job_t *job, int first, int last, int thread);

task_fn task_embed, task_prepare, task_prepare_outputs, task_linear,
    task_rope_and_write, task_attend, task_attend_source, task_activate,
    task_write_source;

#endif

#include "db/queue.h"

void db_job_push(struct queue *q, struct job *j)
{
    j->next = NULL;
    j->prev = q->last;
    if (q->last)
        q->last->next = j;
    else
        q->first = j;
    q->last = j;
    q->n++;
}

void db_job_push_head(struct queue *q, struct job *j)
{
    j->prev = NULL;
    j->next = q->first;
    if (q->first)
        q->first->prev = j;
    else
        q->last = j;
    q->first = j;
    q->n++;
}

void db_job_remove(struct queue *q, struct job *j)
{
    if (j->prev)
        j->prev->next = j->next;
    else
        q->first = j->next;
    if (j->next)
        j->next->prev = j->prev;
    else
        q->last = j->prev;
    j->prev = j->next = NULL;
    q->n--;
}

struct job *db_job_pop(struct queue *q)
{
    struct job *j = q->first;
    if (j)
        db_job_remove(q, j);
    return j;
}

struct job *db_job_find(const struct queue *q, const struct db_batch *b)
{
    for (struct job *j = q->first; j; j = j->next)
        if (j->batch == b)
            return j;
    return NULL;
}

/** Files of a finished job (jobs.sh), as patterns for `Runtime.transcripts`. */
export const JOB_FILES = ['jobs/*.done', 'jobs/*.failed', 'jobs/*.out'] as const;

/** What jobs.sh leaves of a job that came to its end, as `Runtime.transcripts` wants it. */
export const JOB_FILES = ['jobs/*.done', 'jobs/*.failed', 'jobs/*.out'] as const;

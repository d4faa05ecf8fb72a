-- A result file is looked at with the rights that its job asked for.

create index job_result on core.job (county, result) where result is not null;

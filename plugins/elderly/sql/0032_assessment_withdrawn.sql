-- A sheet that comes to nothing (an assessor is gone, the elder has died) is withdrawn.

alter table elderly.ability_assessment
    drop constraint ability_assessment_state,
    add constraint ability_assessment_state check (state in (
        'draft', 'submitted', 'effective', 'disputed', 'reassessed', 'superseded', 'withdrawn'));

-- 代办 of every kind: drugs by prescription or used-up package, what was met on the way, errands without
-- money, the days until an advance is settled, a fee that stands apart.

alter table elderly.errand
    add column drug_name text, add column drug_spec text, add column drug_proof uuid,
    add column drug_checked text, add column sample_taken boolean, add column shop text,
    add column way_note text, add column receipt_photo uuid, add column fee_fen bigint,
    add column fee_receipt text, add column settle_due_at timestamptz,
    add column settle_due_at_held timestamptz, add column settled_by uuid;
alter table elderly.errand_history
    add column drug_name text, add column drug_spec text, add column drug_proof uuid,
    add column drug_checked text, add column sample_taken boolean, add column shop text,
    add column way_note text, add column receipt_photo uuid, add column fee_fen bigint,
    add column fee_receipt text, add column settle_due_at timestamptz,
    add column settle_due_at_held timestamptz, add column settled_by uuid;
grant update (drug_name, drug_spec, drug_proof, drug_checked, sample_taken, shop, way_note,
    receipt_photo, fee_fen, fee_receipt, settle_due_at, settle_due_at_held, settled_by)
    on elderly.errand to wulian_app;
comment on column elderly.errand.drug_proof is 'picture of the prescription or of the used-up package';
comment on column elderly.errand.drug_checked is 'who has looked at it instead, and what it was';
comment on column elderly.errand.sample_taken is 'the courier took the empty bottle or box along';
comment on column elderly.errand.settle_due_at is 'the advance is to be settled by then';
comment on column elderly.errand.fee_fen is 'taken for the service: never part of advance and spent';

alter table elderly.errand
    add foreign key (county, settled_by) references admin.account (county, id),
    drop constraint errand_receipt,
    add constraint errand_receipt check (
        receipt is not null or (spent_fen is null and (
            state not in ('purchased', 'delivered', 'settled')
            or kind in ('PAPERS', 'ACCOMPANY', 'REPAIR', 'OTHER')))),
    drop constraint errand_balance,
    add constraint errand_balance check (
        state <> 'settled' or
        (advance_fen is null and spent_fen is null and returned_fen is null) or
        (returned_fen is not null and advance_fen = spent_fen + returned_fen)),
    add constraint errand_fee check (fee_fen >= 0 and fee_receipt <> receipt);
create index errand_settle_due on elderly.errand (county, settle_due_at)
    where settle_due_at is not null;

-- When a second read of a page counts as another one.
--
-- where: warehouse

CREATE OR REPLACE MACRO counts_again_from(read_at) AS read_at + INTERVAL 45 MINUTE;
COMMENT ON MACRO counts_again_from IS
'the moment from which the next read of a page is another read: nearly an hour later, whatever tick it was taken in';

CREATE OR REPLACE MACRO next_counted(reads, read_at) AS
    list_min([later FOR later IN reads IF later >= counts_again_from(read_at)]);
COMMENT ON MACRO next_counted IS 'the first of the reads that counts as another one after read_at; NULL where none does';

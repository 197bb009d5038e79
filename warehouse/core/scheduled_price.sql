-- One row per page, series, value and stated day for each announcement of a price that was believed before its day.
--
-- kind: table
-- upkeep: core.touched_series (provider, page, series_id)
-- columns:
--   series_id: names the price whatever its value
--   provider: the seller
--   page: the page it was announced on
--   amount: the announced amount per the meter's unit; null where none will be asked
--   value_state: priced, free, not_offered or not_printed
--   effective_from: the day the seller states
--   effective_to: the last day, where the seller states one
--   state: scheduled; in_force once its day has come, or its price before it; withdrawn when the page took it back or still showed another price after the day
--   first_seen_at: the first read that announced it
--   known_not_before: the last read before that; null where there is none
--   last_seen_at: the last read that announced it; null while the newest read does
--   kept_at: the first read that showed it in force, on its day or after, or before it in place of the announcement; or that showed a step announced for a later day in force; null before
--   is_contradicted: whether the newest read says otherwise, without being enough to take it back: a second one decides
--   withdrawn_at: the first of the reads that took it back
--   quote_id: the quote of the first read
-- promises:
--   withdrawn_has_a_date: an announcement has the read that took it back exactly where it was taken back

-- Taken back is what three reads do not print; two, the second asked for in full, where they say otherwise: the price in
-- force has lost its printed end, or another price is announced for that day, and believed. What is printed in its
-- place and held settles nothing. On the day itself neither does the old price: a seller's day ends hours after UTC's.
WITH said AS (
    SELECT
        quote.provider, quote.page, quote.series_id, quote.amount, quote.value_state, quote.effective_from,
        quote.effective_to, quote.quote_id, good_read.read_at
    FROM core.good_read AS good_read
    INNER JOIN raw.quote AS quote USING (provider, page, reading_id)
    SEMI JOIN core.touched_series AS touched
        ON quote.provider = touched.provider AND quote.page = touched.page AND quote.series_id = touched.series_id
    WHERE quote.effective_from > good_read.read_at::DATE
    QUALIFY row_number() OVER (
        PARTITION BY quote.provider, quote.page, quote.series_id, quote.amount, quote.value_state,
            quote.effective_from, good_read.read_at
        ORDER BY quote.effective_to DESC NULLS FIRST, quote.quote_id
    ) = 1
),
word AS ( -- what the judge or a person said of an announcement
    SELECT
        quote.provider, quote.page, quote.series_id, quote.amount, quote.value_state, quote.effective_from,
        judgement.read_at, judgement.seq, judgement.verdict
    FROM raw.judgement AS judgement INNER JOIN raw.quote AS quote USING (provider, page, series_id, quote_id)
    SEMI JOIN core.touched_series AS touched
        ON quote.provider = touched.provider AND quote.page = touched.page AND quote.series_id = touched.series_id
    WHERE judgement.verdict IN ('accepted', 'refused') AND quote.effective_from > judgement.read_at::DATE
),
announcement AS (
    SELECT provider, page, series_id, amount, value_state, effective_from, min(read_at) AS announced_at
    FROM said GROUP BY provider, page, series_id, amount, value_state, effective_from
),
welcome AS (
    SELECT provider, page, series_id, amount, value_state, effective_from
    FROM word
    GROUP BY provider, page, series_id, amount, value_state, effective_from
    HAVING max_by(verdict, seq) = 'accepted'
),
rival AS ( -- reads that announce another price for the same day
    SELECT
        announcement.provider, announcement.page, announcement.series_id, announcement.amount,
        announcement.value_state, announcement.effective_from, said.read_at,
        bool_or(welcome.series_id IS NOT NULL) AS is_believed
    FROM announcement INNER JOIN said
        ON announcement.provider = said.provider AND announcement.page = said.page
        AND announcement.series_id = said.series_id AND announcement.effective_from = said.effective_from
        AND (announcement.value_state <> said.value_state OR announcement.amount IS DISTINCT FROM said.amount)
    LEFT JOIN welcome
        ON said.provider = welcome.provider AND said.page = welcome.page AND said.series_id = welcome.series_id
        AND said.effective_from = welcome.effective_from AND said.value_state = welcome.value_state
        AND said.amount IS NOT DISTINCT FROM welcome.amount
    GROUP BY ALL
),
in_force AS MATERIALIZED ( -- and whether that price is believed
    SELECT sight.*, span.span_id IS NOT NULL AS is_believed
    FROM core.sight AS sight LEFT JOIN core.price_span AS span
        ON sight.provider = span.provider AND sight.page = span.page AND sight.series_id = span.series_id
        AND sight.value_state = span.value_state AND sight.amount IS NOT DISTINCT FROM span.amount
        AND sight.read_at >= span.first_seen_at
        AND sight.read_at <= coalesce(span.last_seen_at, TIMESTAMP '9999-12-31')
),
passed AS ( -- reads that show a later of the announced steps in force: this one came and went unseen
    SELECT DISTINCT
        announcement.provider, announcement.page, announcement.series_id, announcement.amount,
        announcement.value_state, announcement.effective_from, in_force.read_at
    FROM announcement
    INNER JOIN welcome AS later
        ON announcement.provider = later.provider AND announcement.page = later.page
        AND announcement.series_id = later.series_id AND announcement.effective_from < later.effective_from
    INNER JOIN in_force
        ON later.provider = in_force.provider AND later.page = in_force.page AND later.series_id = in_force.series_id
        AND later.value_state = in_force.value_state AND later.amount IS NOT DISTINCT FROM in_force.amount
        AND later.effective_from <= in_force.read_at::DATE
),
looked AS ( -- every read since it was announced first
    SELECT
        announcement.*, good_read.read_at, good_read.was_conditional, said.quote_id, said.effective_to,
        said.quote_id IS NOT NULL AS is_said,
        coalesce(
            good_read.read_at::DATE >= announcement.effective_from
            AND in_force.value_state = announcement.value_state
            AND in_force.amount IS NOT DISTINCT FROM announcement.amount, false
        ) OR passed.read_at IS NOT NULL AS is_kept,
        CASE
            WHEN in_force.quote_id IS NULL THEN good_read.read_at = announcement.announced_at
            ELSE in_force.value_state <> announcement.value_state
                OR in_force.amount IS DISTINCT FROM announcement.amount
        END AS is_otherwise,
        in_force.quote_id IS NOT NULL AS is_in_force, in_force.is_believed, in_force.effective_to AS end_day,
        rival.read_at IS NOT NULL AS has_rival, rival.is_believed AS is_rival_believed
    FROM announcement
    INNER JOIN core.good_read AS good_read
        ON announcement.provider = good_read.provider AND announcement.page = good_read.page
        AND announcement.announced_at <= good_read.read_at
    LEFT JOIN said
        ON announcement.provider = said.provider AND announcement.page = said.page
        AND announcement.series_id = said.series_id AND announcement.value_state = said.value_state
        AND announcement.amount IS NOT DISTINCT FROM said.amount
        AND announcement.effective_from = said.effective_from AND good_read.read_at = said.read_at
    LEFT JOIN rival
        ON announcement.provider = rival.provider AND announcement.page = rival.page
        AND announcement.series_id = rival.series_id AND announcement.value_state = rival.value_state
        AND announcement.amount IS NOT DISTINCT FROM rival.amount
        AND announcement.effective_from = rival.effective_from AND good_read.read_at = rival.read_at
    LEFT JOIN in_force
        ON announcement.provider = in_force.provider AND announcement.page = in_force.page
        AND announcement.series_id = in_force.series_id AND good_read.read_at = in_force.read_at
    LEFT JOIN passed
        ON announcement.provider = passed.provider AND announcement.page = passed.page
        AND announcement.series_id = passed.series_id AND announcement.value_state = passed.value_state
        AND announcement.amount IS NOT DISTINCT FROM passed.amount
        AND announcement.effective_from = passed.effective_from AND good_read.read_at = passed.read_at
),
hastened AS ( -- in force before its day, in place of the announcement; a price that held all the while says nothing
    SELECT
        * EXCLUDE (is_kept), is_kept OR is_early AND is_believed AS is_kept
    FROM (
        SELECT
            *,
            is_in_force AND NOT is_said AND NOT is_otherwise AND read_at::DATE < effective_from
                AND bool_or(is_otherwise) OVER (
                    PARTITION BY provider, page, series_id, amount, value_state, effective_from
                    ORDER BY read_at ROWS UNBOUNDED PRECEDING
                ) AS is_early
        FROM looked
    )
),
followed AS ( -- a sight of it, with the reads after it that lack it; what was kept once is settled
    SELECT
        *,
        count(*) FILTER (is_said OR is_kept) OVER (reads ROWS UNBOUNDED PRECEDING) AS sight
    FROM hastened
    WINDOW reads AS (
        PARTITION BY provider, page, series_id, amount, value_state, effective_from ORDER BY read_at
    ), all_reads AS (PARTITION BY provider, page, series_id, amount, value_state, effective_from)
    QUALIFY read_at <= coalesce(min(read_at) FILTER (is_kept) OVER all_reads, read_at)
),
meant AS (
    SELECT
        *,
        CASE
            WHEN is_said OR is_kept OR is_early OR read_at::DATE = effective_from THEN 'nothing'
            WHEN read_at::DATE > effective_from
                THEN CASE WHEN is_in_force AND NOT is_believed THEN 'nothing' ELSE 'missing' END
            WHEN has_rival THEN CASE WHEN is_rival_believed THEN 'contradicted' ELSE 'nothing' END
            WHEN is_believed AND coalesce(end_day >= effective_from, true)
                AND first_value(end_day) OVER after < effective_from THEN 'contradicted'
            ELSE 'missing'
        END AS meaning
    FROM followed
    WINDOW after AS (
        PARTITION BY provider, page, series_id, amount, value_state, effective_from, sight ORDER BY read_at
    )
),
counted AS (
    SELECT
        provider, page, series_id, amount, value_state, effective_from, sight,
        min(read_at) FILTER (is_said) AS said_at,
        min(read_at) FILTER (is_kept) AS kept_at,
        any_value(quote_id) AS quote_id,
        any_value(effective_to) AS effective_to,
        max(read_at) AS newest_at,
        max_by(meaning, read_at) AS newest_meaning,
        list(read_at ORDER BY read_at) FILTER (meaning <> 'nothing') AS missed,
        min(read_at) FILTER (meaning = 'contradicted') AS contradicted_at,
        list(read_at ORDER BY read_at) FILTER (meaning = 'contradicted' AND NOT was_conditional) AS asked_in_full
    FROM meant GROUP BY provider, page, series_id, amount, value_state, effective_from, sight
),
ended AS (
    SELECT
        *,
        CASE
            WHEN next_counted(missed, next_counted(missed, missed[1])) IS NOT NULL
                OR next_counted(asked_in_full, contradicted_at) IS NOT NULL THEN missed[1]
        END AS withdrawn_at
    FROM counted
),
lived AS ( -- what was taken back and is announced again is another announcement
    SELECT
        *,
        count(withdrawn_at) OVER (
            PARTITION BY provider, page, series_id, amount, value_state, effective_from
            ORDER BY sight ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS life
    FROM ended
),
folded AS (
    SELECT
        provider, page, series_id, amount, value_state, effective_from, life,
        min(said_at) AS first_seen_at,
        max(said_at) AS last_seen_at,
        min(kept_at) AS kept_at,
        max(withdrawn_at) AS withdrawn_at,
        max(newest_at) AS newest_at,
        max_by(newest_meaning, sight) AS newest_meaning,
        min_by(quote_id, said_at) AS quote_id,
        max_by(effective_to, said_at) AS effective_to
    FROM lived
    GROUP BY provider, page, series_id, amount, value_state, effective_from, life
    HAVING min(said_at) IS NOT NULL
),
believed AS (
    SELECT folded.*
    FROM folded INNER JOIN word
        ON folded.provider = word.provider AND folded.page = word.page AND folded.series_id = word.series_id
        AND folded.value_state = word.value_state AND folded.amount IS NOT DISTINCT FROM word.amount
        AND folded.effective_from = word.effective_from
        AND word.read_at BETWEEN folded.first_seen_at AND folded.last_seen_at
    GROUP BY ALL HAVING max_by(word.verdict, word.seq) = 'accepted'
),
preceded AS (
    SELECT believed.*, good_read.read_at AS known_not_before
    FROM believed ASOF LEFT JOIN core.good_read AS good_read
        ON believed.provider = good_read.provider AND believed.page = good_read.page
        AND believed.first_seen_at > good_read.read_at
),
today AS (
    SELECT max(fetched_at)::DATE AS as_of FROM raw.page_read
)
SELECT
    preceded.series_id,
    preceded.provider,
    preceded.page,
    preceded.amount,
    preceded.value_state,
    preceded.effective_from,
    preceded.effective_to,
    CASE
        WHEN preceded.withdrawn_at IS NOT NULL THEN 'withdrawn'
        WHEN preceded.kept_at IS NOT NULL OR preceded.effective_from <= today.as_of THEN 'in_force'
        ELSE 'scheduled'
    END AS state,
    preceded.first_seen_at,
    preceded.known_not_before,
    CASE WHEN preceded.newest_at > preceded.last_seen_at THEN preceded.last_seen_at END AS last_seen_at,
    preceded.kept_at,
    preceded.withdrawn_at IS NULL AND preceded.newest_meaning = 'contradicted' AS is_contradicted,
    preceded.withdrawn_at,
    preceded.quote_id
FROM preceded CROSS JOIN today

-- What stands on a table and must come back when the table is made anew, as statements, by stage and order:
-- 0 what cannot be kept, in words; -1 what stands in the way of a column that goes, in words;
-- 1 take away; 2 put on the new table beside the old one; 3 rules and indexes; 4 all the rest, put back.
-- `asked` goes before: the table, the columns that are known, those that go, the rules that go, and the columns that count on.
gone(num) AS (
    SELECT a.attnum FROM pg_catalog.pg_attribute AS a JOIN asked ON a.attrelid = asked.id
    WHERE a.attname::text = ANY (asked.columns)
),
reached(id, level) AS (
    SELECT id, 0 FROM asked
    UNION
    SELECT w.ev_class, v.level + 1 FROM reached AS v
    JOIN pg_catalog.pg_class AS c ON c.oid = v.id
    LEFT JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass
        AND (d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = v.id
            OR d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (c.reltype, y.typarray))
    JOIN pg_catalog.pg_rewrite AS w ON w.oid = d.objid AND w.rulename = '_RETURN' AND w.ev_class <> v.id
),
relations AS (
    SELECT c.oid AS id, max(v.level) AS level, c.oid::regclass::text AS name, c.relkind AS kind, c.relacl AS acl,
        c.relowner AS owner, c.reltype AS type, c.relnamespace AS space, c.reloptions AS options,
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS word,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS what
    FROM reached AS v JOIN pg_catalog.pg_class AS c ON c.oid = v.id GROUP BY c.oid
),
old AS (SELECT r.*, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.reltoastrelid, c.reloftype, c.relpersistence
    FROM asked JOIN relations AS r ON r.id = asked.id JOIN pg_catalog.pg_class AS c ON c.oid = r.id),
views AS (SELECT r.* FROM relations AS r WHERE r.level > 0),
held AS (
    SELECT DISTINCT d.classid, d.objid, d.objsubid, d.deptype, r.id AS relation, r.name,
        CASE WHEN d.refclassid = 'pg_catalog.pg_class'::regclass THEN d.refobjsubid ELSE 0 END AS num
    FROM relations AS r
    LEFT JOIN pg_catalog.pg_type AS y ON y.oid = r.type
    JOIN pg_catalog.pg_depend AS d
        ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = r.id
        OR d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN (r.type, y.typarray)
),
sequences AS (
    SELECT q.*, h.deptype, c.oid::regclass::text AS name, c.relname, c.relacl AS acl, c.relowner AS owner, a.attname,
        a.attidentity, pg_catalog.pg_get_expr(f.adbin, f.adrelid) AS expression,
        coalesce(a.attname::text = ANY (asked.counting), false) AS counts
    FROM held AS h JOIN asked ON h.relation = asked.id
    JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = h.objid
    JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = asked.id AND a.attnum = h.num
    LEFT JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE h.classid = 'pg_catalog.pg_class'::regclass AND h.deptype IN ('a', 'i')
        AND a.attnum NOT IN (SELECT num FROM gone)
),
keys AS (
    SELECT k.*, k.conrelid::regclass::text AS name FROM pg_catalog.pg_constraint AS k JOIN asked ON k.confrelid = asked.id
    WHERE k.contype = 'f' AND k.conrelid <> asked.id AND k.conparentid = 0
),
-- Rules, policies and triggers: those of the table and its views, and those of others that read them.
attached AS (
    SELECT 'pg_catalog.pg_rewrite'::regclass AS class, w.oid AS id, w.ev_class AS relation, 5 AS place,
        pg_catalog.format('rule %s of %s', '`' || w.rulename || '`', '`' || w.ev_class::regclass || '`') AS object,
        pg_catalog.format('DROP RULE %I ON %s', w.rulename, w.ev_class::regclass) AS away,
        pg_catalog.rtrim(pg_catalog.pg_get_ruledef(w.oid), ';') AS back,
        pg_catalog.format('RULE %I ON %s', w.rulename, w.ev_class::regclass) AS address,
        CASE w.ev_enabled WHEN 'O' THEN NULL ELSE pg_catalog.format('ALTER TABLE %s %s RULE %I', w.ev_class::regclass,
            CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
            w.rulename) END AS state
    FROM pg_catalog.pg_rewrite AS w WHERE w.rulename <> '_RETURN' AND (w.ev_class IN (SELECT id FROM relations)
        OR w.oid IN (SELECT objid FROM held WHERE classid = 'pg_catalog.pg_rewrite'::regclass))
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::regclass, p.oid, p.polrelid, 6,
        pg_catalog.format('policy %s of %s', '`' || p.polname || '`', '`' || p.polrelid::regclass || '`'),
        pg_catalog.format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass),
        pg_catalog.format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, p.polrelid::regclass,
            CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT pg_catalog.string_agg(CASE u.role WHEN 0 THEN 'PUBLIC' ELSE
                pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(u.role)) END, ', ') FROM unnest(p.polroles) AS u(role)))
            || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
            || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
        pg_catalog.format('POLICY %I ON %s', p.polname, p.polrelid::regclass), NULL
    FROM pg_catalog.pg_policy AS p WHERE p.polrelid IN (SELECT id FROM relations)
        OR p.oid IN (SELECT objid FROM held WHERE classid = 'pg_catalog.pg_policy'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_trigger'::regclass, g.oid, g.tgrelid, 7,
        pg_catalog.format('trigger %s of %s', '`' || g.tgname || '`', '`' || g.tgrelid::regclass || '`'),
        pg_catalog.format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass),
        pg_catalog.pg_get_triggerdef(g.oid),
        pg_catalog.format('TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass),
        CASE g.tgenabled WHEN 'O' THEN NULL ELSE pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', g.tgrelid::regclass,
            CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
            g.tgname) END
    FROM pg_catalog.pg_trigger AS g WHERE NOT g.tgisinternal AND (g.tgrelid IN (SELECT id FROM relations)
        OR g.oid IN (SELECT objid FROM held WHERE classid = 'pg_catalog.pg_trigger'::regclass))
    UNION ALL
    SELECT 'pg_catalog.pg_statistic_ext'::regclass, s.oid, s.stxrelid, 8,
        pg_catalog.format('statistics %s', '`' || s.stxname || '`'), NULL,
        pg_catalog.pg_get_statisticsobjdef(s.oid),
        pg_catalog.format('STATISTICS %I.%I', n.nspname, s.stxname),
        CASE WHEN pg_catalog.to_jsonb(s) ->> 'stxstattarget' <> '-1' THEN pg_catalog.format(
            'ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, pg_catalog.to_jsonb(s) ->> 'stxstattarget') END
    FROM pg_catalog.pg_statistic_ext AS s JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
    WHERE s.stxrelid IN (SELECT id FROM relations) AND NOT EXISTS (SELECT FROM held AS h JOIN gone USING (num)
        JOIN asked ON h.relation = asked.id WHERE h.classid = 'pg_catalog.pg_statistic_ext'::regclass AND h.objid = s.oid)
),
rules AS (
    SELECT k.oid AS id, k.conname AS name, k.contype AS type, k.conindid AS index,
        pg_catalog.pg_get_constraintdef(k.oid) AS text
    FROM pg_catalog.pg_constraint AS k JOIN asked ON k.conrelid = asked.id
    WHERE k.contype IN ('p', 'u', 'x', 'c', 'f') AND k.conname::text <> ALL (asked.rules)
        AND NOT EXISTS (SELECT FROM held AS h JOIN gone USING (num)
            WHERE h.relation = asked.id AND h.classid = 'pg_catalog.pg_constraint'::regclass AND h.objid = k.oid)
),
indexes AS (
    SELECT x.indexrelid AS id, c.relname AS name, x.indexrelid::regclass AS shown, x.indrelid AS relation, c.reltablespace,
        x.indisclustered, x.indisreplident, k.name IS NOT NULL AS is_rule
    FROM pg_catalog.pg_index AS x JOIN relations AS r ON r.id = x.indrelid JOIN asked ON true
    JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid
    LEFT JOIN rules AS k ON k.index = x.indexrelid AND k.type IN ('p', 'u', 'x')
    WHERE x.indisvalid AND (x.indrelid <> asked.id OR c.relname::text <> ALL (asked.rules)
            AND (k.name IS NOT NULL OR NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS o
                WHERE o.conindid = x.indexrelid AND o.contype IN ('p', 'u', 'x')))
            AND NOT EXISTS (SELECT FROM held AS h JOIN gone USING (num)
                WHERE h.relation = asked.id AND h.classid = 'pg_catalog.pg_class'::regclass AND h.objid = x.indexrelid))
),
granted AS (
    SELECT r.id AS relation, r.name, x.grantor, x.grantee, x.privilege_type AS privilege, x.is_grantable, x.at, r.owner, NULL::name AS attname
    FROM relations AS r, LATERAL pg_catalog.aclexplode(r.acl) WITH ORDINALITY AS x(grantor, grantee, privilege_type, is_grantable, at)
    UNION ALL
    SELECT r.id, r.name, x.grantor, x.grantee, x.privilege_type, x.is_grantable, x.at, r.owner, a.attname
    FROM relations AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.id AND NOT a.attisdropped, asked,
        LATERAL pg_catalog.aclexplode(a.attacl) WITH ORDINALITY AS x(grantor, grantee, privilege_type, is_grantable, at)
    WHERE r.id <> asked.id OR a.attnum NOT IN (SELECT num FROM gone)
    UNION ALL
    SELECT asked.id, 'SEQUENCE ' || s.name, x.grantor, x.grantee, x.privilege_type, x.is_grantable, x.at, s.owner, NULL
    FROM sequences AS s, asked, LATERAL pg_catalog.aclexplode(s.acl) WITH ORDINALITY AS x(grantor, grantee, privilege_type, is_grantable, at)
    WHERE s.deptype = 'i' AND s.counts
),
found(stage, major, level, relation, minor, detail, object, sql) AS (
    -- What cannot be kept.
    SELECT 0, 0, 0, 0::oid, 0, '', pg_catalog.format('that %s inherits from it', '`' || i.inhrelid::regclass || '`'), NULL
    FROM pg_catalog.pg_inherits AS i JOIN asked ON i.inhparent = asked.id
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('that it inherits from %s', '`' || i.inhparent::regclass || '`'), NULL
    FROM pg_catalog.pg_inherits AS i JOIN asked ON i.inhrelid = asked.id
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('column %s, which the history does not know', '`' || a.attname || '`'), NULL
    FROM asked JOIN pg_catalog.pg_attribute AS a ON a.attrelid = asked.id AND a.attnum > 0 AND NOT a.attisdropped
    WHERE a.attname::text <> ALL (asked.known)
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('its type %s', '`' || pg_catalog.format_type(o.reloftype, NULL) || '`'), NULL
    FROM old AS o WHERE o.reloftype <> 0
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', 'that it is temporary', NULL FROM old AS o WHERE o.relpersistence = 't'
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('its place in publication %s', '`' || p.pubname || '`'), NULL
    FROM pg_catalog.pg_publication_rel AS m JOIN pg_catalog.pg_publication AS p ON p.oid = m.prpubid
    JOIN relations AS r ON r.id = m.prrelid
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('the security label of %s', '`' || r.name || '`'), NULL
    FROM relations AS r JOIN pg_catalog.pg_seclabel AS l ON l.objoid = r.id AND l.classoid = 'pg_catalog.pg_class'::regclass
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('its place in extension %s', '`' || e.extname || '`'), NULL
    FROM relations AS r JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = r.id
        AND d.deptype = 'e' JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
    UNION ALL
    SELECT 0, 0, 0, 0, 0, '', pg_catalog.format('the grant of %s on %s by %s', g.privilege, '`' || g.name || '`',
        '`' || pg_catalog.pg_get_userbyid(g.grantor) || '`'), NULL
    FROM granted AS g WHERE g.grantor <> g.owner
    UNION ALL
    SELECT DISTINCT 0, 0, 0, 0::oid, 0, '', pg_catalog.format('%s, which depends on %s',
        pg_catalog.pg_describe_object(h.classid, h.objid, h.objsubid), '`' || h.name || '`'), NULL
    FROM held AS h JOIN relations AS r ON r.id = h.relation
    LEFT JOIN pg_catalog.pg_type AS y ON y.oid = r.type
    WHERE NOT (
        h.classid IN ('pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_statistic_ext'::regclass,
            'pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_publication_rel'::regclass)
        OR h.classid = 'pg_catalog.pg_constraint'::regclass AND h.objid IN (SELECT k.oid FROM pg_catalog.pg_constraint AS k
            WHERE k.conrelid = h.relation OR k.contype = 'f' AND k.confrelid = h.relation)
        OR h.classid = 'pg_catalog.pg_attrdef'::regclass AND h.objid IN (SELECT f.oid FROM pg_catalog.pg_attrdef AS f
            WHERE f.adrelid = h.relation)
        OR h.classid = 'pg_catalog.pg_class'::regclass AND h.objsubid = 0 AND h.objid IN (SELECT c.oid FROM pg_catalog.pg_class AS c
            WHERE c.relkind IN ('i', 'I', 'S', 't') OR c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i))
        OR h.classid = 'pg_catalog.pg_class'::regclass AND h.objid = h.relation
        OR h.classid = 'pg_catalog.pg_type'::regclass AND h.objid IN (r.type, y.typarray))
    UNION ALL
    -- The sequence behind an identity column goes with the old table.
    SELECT DISTINCT 0, 0, 0, 0::oid, 0, '', pg_catalog.format('%s, which depends on sequence %s',
        pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), '`' || s.name || '`'), NULL
    FROM sequences AS s JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.seqrelid
    WHERE s.deptype = 'i' AND d.deptype <> 'i'
    UNION ALL
    -- What reads a column that goes.
    SELECT DISTINCT -1, 0, 0, 0::oid, 0, '', pg_catalog.format('%s reads column %s', CASE
            WHEN w.oid IS NOT NULL THEN (SELECT r.what || ' `' || r.name || '`' FROM relations AS r WHERE r.id = w.ev_class)
            WHEN t.id IS NOT NULL THEN t.object
            ELSE pg_catalog.pg_describe_object(h.classid, h.objid, h.objsubid) END,
        '`' || h.name || '.' || a.attname || '`'), NULL
    FROM held AS h JOIN asked ON h.relation = asked.id JOIN gone USING (num)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = asked.id AND a.attnum = num
    LEFT JOIN pg_catalog.pg_rewrite AS w ON h.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = h.objid AND w.rulename = '_RETURN'
    LEFT JOIN attached AS t ON t.class = h.classid AND t.id = h.objid
    WHERE h.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass,
            'pg_catalog.pg_proc'::regclass)
        OR h.classid = 'pg_catalog.pg_constraint'::regclass AND h.objid IN (SELECT k.oid FROM keys AS k)
    UNION ALL
    -- Take away.
    SELECT 1, 1, 0, t.relation, t.place, t.object, t.object, t.away FROM attached AS t, asked
    WHERE t.away IS NOT NULL AND (t.relation NOT IN (SELECT id FROM relations) OR t.relation = asked.id AND t.place IN (5, 6))
    UNION ALL
    SELECT 1, 2, 0, k.conrelid, 0, k.conname, pg_catalog.format('foreign key %s of %s', '`' || k.conname || '`', '`' || k.name || '`'),
        pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', k.name, k.conname)
    FROM keys AS k
    UNION ALL
    SELECT 1, 3, -v.level, v.id, 0, '', v.what || ' `' || v.name || '`', pg_catalog.format('DROP %s %s', v.word, v.name)
    FROM views AS v
    UNION ALL
    SELECT 1, 4, 0, o.id, 0, '', 'row security, so that all rows are moved',
        pg_catalog.format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', o.name)
    FROM old AS o WHERE o.relrowsecurity OR o.relforcerowsecurity
    UNION ALL
    SELECT 1, 5, 0, s.seqrelid, 0, '', 'sequence `' || s.name || '`', CASE s.deptype
        WHEN 'a' THEN pg_catalog.format('ALTER SEQUENCE %s OWNED BY NONE', s.name)
        ELSE pg_catalog.format('ALTER SEQUENCE %s RENAME TO %I', s.name, '_limbeck_old_' || s.relname) END
    FROM sequences AS s WHERE s.counts OR s.deptype = 'a' AND s.expression NOT LIKE 'nextval(%'
    UNION ALL
    -- Put on the new table while the old one is there.
    SELECT 2, 1, 0, o.id, 0, '', 'owner `' || pg_catalog.pg_get_userbyid(o.owner) || '`',
        pg_catalog.format('ALTER TABLE %s OWNER TO %I', o.name, pg_catalog.pg_get_userbyid(o.owner))
    FROM old AS o WHERE pg_catalog.pg_get_userbyid(o.owner) <> current_user
    UNION ALL
    SELECT 2, 2, 0, s.seqrelid, p.place, '', 'sequence `' || s.name || '`', CASE p.place
        WHEN 0 THEN pg_catalog.format('ALTER SEQUENCE %s OWNED BY %s.%I', s.name, o.name, s.attname)
        ELSE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', o.name, s.attname, s.expression) END
    FROM sequences AS s, old AS o, (VALUES (0), (1)) AS p(place)
    WHERE s.deptype = 'a' AND (s.counts OR p.place = 0 AND s.expression NOT LIKE 'nextval(%')
    UNION ALL
    SELECT 2, 3, 0, s.seqrelid, p.place, '', 'sequence `' || s.name || '`', CASE p.place
        WHEN 0 THEN pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s%s%s CACHE %s%s)',
            o.name, s.attname, CASE s.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, s.name, s.seqstart, s.seqincrement,
            CASE WHEN s.seqmin = CASE WHEN s.seqincrement > 0 THEN 1 ELSE l.least END THEN '' ELSE ' MINVALUE ' || s.seqmin END,
            CASE WHEN s.seqmax = CASE WHEN s.seqincrement > 0 THEN -(l.least + 1) ELSE -1 END THEN '' ELSE ' MAXVALUE ' || s.seqmax END,
            s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
        ELSE pg_catalog.format('SELECT pg_catalog.setval(%L, last_value, is_called) FROM %s', s.name,
            pg_catalog.regexp_replace(s.name, '[^.]*$', '') || pg_catalog.quote_ident('_limbeck_old_' || s.relname)) END
    FROM sequences AS s, old AS o, (VALUES (0), (1)) AS p(place), LATERAL (SELECT CASE pg_catalog.format_type(s.seqtypid, NULL)
        WHEN 'smallint' THEN -32768 WHEN 'integer' THEN -2147483648 ELSE -9223372036854775808 END::bigint AS least) AS l
    WHERE s.deptype = 'i' AND s.counts
    UNION ALL
    -- Rules and indexes, in one scan where PostgreSQL can.
    SELECT 3, 1, 0, o.id, 0, '', 'the rules of `' || o.name || '`', 'ALTER TABLE ' || o.name || (
        SELECT pg_catalog.string_agg(pg_catalog.format(' ADD CONSTRAINT %I %s', k.name, k.text), ','
            ORDER BY pg_catalog.array_position('{p,u,x,c,f}', k.type::text), k.name) FROM rules AS k)
    FROM old AS o WHERE EXISTS (SELECT FROM rules)
    UNION ALL
    SELECT 3, 2, 0, x.id, 0, x.name, 'index `' || x.name || '`', pg_catalog.pg_get_indexdef(x.id)
    FROM indexes AS x JOIN asked ON x.relation = asked.id WHERE NOT x.is_rule
    UNION ALL
    SELECT 3, 3, 0, x.id, 0, x.name, 'the tablespace of index `' || x.name || '`',
        pg_catalog.format('ALTER INDEX %s SET TABLESPACE %I', x.shown, s.spcname)
    FROM indexes AS x JOIN asked ON x.relation = asked.id JOIN pg_catalog.pg_tablespace AS s ON s.oid = x.reltablespace
    UNION ALL
    SELECT 3, 4, 0, k.id, 0, '', 'the comment on constraint `' || k.name || '`',
        pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.name, o.name, d.description)
    FROM rules AS k JOIN pg_catalog.pg_description AS d ON d.objoid = k.id AND d.classoid = 'pg_catalog.pg_constraint'::regclass, old AS o
    UNION ALL
    SELECT 3, 5, 0, o.id, 0, x.name, 'the replica identity', pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY %s', o.name,
        CASE o.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' ELSE 'USING INDEX ' || pg_catalog.quote_ident(x.name) END)
    FROM old AS o LEFT JOIN indexes AS x ON x.relation = o.id AND x.indisreplident
    WHERE o.relreplident IN ('n', 'f') OR o.relreplident = 'i' AND x.id IS NOT NULL
    UNION ALL
    -- Put back. The views come by level, so that each finds what it reads.
    SELECT 4, CASE v.level WHEN 0 THEN 1 ELSE 3 END, v.level, v.id, 1, '', v.what || ' `' || v.name || '`',
        pg_catalog.format('CREATE %s %s', v.word, v.name)
            || CASE WHEN v.kind = 'm' AND m.amname <> 'heap' THEN ' USING ' || pg_catalog.quote_ident(m.amname) ELSE '' END
            || coalesce(' WITH (' || pg_catalog.array_to_string(v.options, ', ') || ')', '')
            || coalesce(' TABLESPACE ' || pg_catalog.quote_ident(s.spcname), '')
            || ' AS ' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(v.id), ';')
            || CASE WHEN v.kind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' ELSE '' END
    FROM views AS v JOIN pg_catalog.pg_class AS c ON c.oid = v.id LEFT JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
    LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = c.reltablespace
    UNION ALL
    SELECT 4, 3, v.level, v.id, 2, '', 'owner `' || pg_catalog.pg_get_userbyid(v.owner) || '`',
        pg_catalog.format('ALTER %s %s OWNER TO %I', v.word, v.name, pg_catalog.pg_get_userbyid(v.owner))
    FROM views AS v WHERE pg_catalog.pg_get_userbyid(v.owner) <> current_user
    UNION ALL
    SELECT 4, 3, v.level, v.id, 2, d.objsubid::text, 'the comments on `' || v.name || '`', CASE d.objsubid
        WHEN 0 THEN pg_catalog.format('COMMENT ON %s %s IS %L', v.word, v.name, d.description)
        ELSE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', v.name, a.attname, d.description) END
    FROM views AS v JOIN pg_catalog.pg_description AS d ON d.objoid = v.id AND d.classoid = 'pg_catalog.pg_class'::regclass
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = v.id AND a.attnum = d.objsubid
    UNION ALL
    SELECT 4, 3, v.level, v.id, 3, a.attname, 'the default of `' || v.name || '.' || a.attname || '`',
        pg_catalog.format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v.name, a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid))
    FROM views AS v JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = v.id
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = v.id AND a.attnum = f.adnum
    UNION ALL
    SELECT 4, 3, v.level, v.id, 4, x.name, 'index `' || x.name || '`', pg_catalog.pg_get_indexdef(x.id)
    FROM views AS v JOIN indexes AS x ON x.relation = v.id
    UNION ALL
    -- What default privileges give to a new relation, it did not have.
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 3, x.grantee::text, 'no grants but its own',
        pg_catalog.format('REVOKE ALL ON %s FROM %s', r.name,
            CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END)
    FROM relations AS r JOIN pg_catalog.pg_default_acl AS z ON z.defaclobjtype = 'r'
        AND pg_catalog.pg_get_userbyid(z.defaclrole) = current_user AND z.defaclnamespace IN (0, r.space),
        LATERAL pg_catalog.aclexplode(z.defaclacl) AS x WHERE x.grantee <> r.owner
    UNION ALL
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 3, '', 'no grants but its own',
        pg_catalog.format('REVOKE ALL ON %s FROM %I', r.name, pg_catalog.pg_get_userbyid(r.owner))
    FROM relations AS r WHERE r.acl IS NOT NULL
    UNION ALL
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 4, g.name || (g.attname IS NOT NULL) || pg_catalog.to_char(min(g.at), '0000000000'), 'the grants on `' || g.name || '`',
        pg_catalog.format('GRANT %s ON %s TO %s%s',
            pg_catalog.string_agg(g.privilege || coalesce(' (' || pg_catalog.quote_ident(g.attname) || ')', ''), ', '
                ORDER BY g.privilege, g.attname), g.name,
            CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM granted AS g JOIN relations AS r ON r.id = g.relation
    GROUP BY r.level, r.id, g.name, g.grantee, g.is_grantable, g.attname IS NOT NULL
    UNION ALL
    SELECT 4, 1, 0, s.seqrelid, 4, '', 'the comment on sequence `' || s.name || '`',
        pg_catalog.format('COMMENT ON SEQUENCE %s IS %L', s.name, d.description)
    FROM sequences AS s JOIN pg_catalog.pg_description AS d ON d.objoid = s.seqrelid AND d.classoid = 'pg_catalog.pg_class'::regclass
    WHERE s.deptype = 'i' AND s.counts
    UNION ALL
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 4, x.name, 'the comment on index `' || x.name || '`',
        pg_catalog.format('COMMENT ON INDEX %s IS %L', x.shown, d.description)
    FROM indexes AS x JOIN relations AS r ON r.id = x.relation
    JOIN pg_catalog.pg_description AS d ON d.objoid = x.id AND d.classoid = 'pg_catalog.pg_class'::regclass
    UNION ALL
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 4, x.name, 'the order of the rows by index `' || x.name || '`',
        pg_catalog.format('ALTER %s %s CLUSTER ON %I', r.word, r.name, x.name)
    FROM indexes AS x JOIN relations AS r ON r.id = x.relation WHERE x.indisclustered
    UNION ALL
    SELECT 4, CASE r.level WHEN 0 THEN 1 ELSE 3 END, r.level, r.id, 4, a.attnum::text, 'how `' || r.name || '.' || a.attname || '` is looked at',
        pg_catalog.format('ALTER %s %s ALTER COLUMN %I %s', r.word, r.name, a.attname, p.change)
    FROM relations AS r JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.id AND a.attnum > 0 AND NOT a.attisdropped, asked,
        LATERAL (VALUES (CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),
            -- Newer minor versions (15.20) count the versions of a column there, each server for itself.
            ((SELECT 'SET (' || pg_catalog.string_agg(u.one, ', ') || ')' FROM unnest(a.attoptions) AS u(one)
                WHERE NOT pg_catalog.starts_with(u.one, 'pg_attver=')))) AS p(change)
    WHERE p.change IS NOT NULL AND r.kind <> 'v' AND (r.id <> asked.id OR a.attnum NOT IN (SELECT num FROM gone))
    UNION ALL
    SELECT 4, 1, 0, o.id, 4, '', 'how large values are stored', pg_catalog.format('ALTER TABLE %s SET (%s)', o.name,
        (SELECT pg_catalog.string_agg('toast.' || u.one, ', ') FROM unnest(c.reloptions) AS u(one)))
    FROM old AS o JOIN pg_catalog.pg_class AS c ON c.oid = o.reltoastrelid WHERE c.reloptions IS NOT NULL
    UNION ALL
    SELECT 4, 1, 0, o.id, 9, p.words, 'row security', pg_catalog.format('ALTER TABLE %s %s ROW LEVEL SECURITY', o.name, p.words)
    FROM old AS o, LATERAL (VALUES (o.relrowsecurity, 'ENABLE'), (o.relforcerowsecurity, 'FORCE')) AS p(set, words) WHERE p.set
    UNION ALL
    SELECT 4, 2, 0, k.conrelid, 0, k.conname, pg_catalog.format('foreign key %s of %s', '`' || k.conname || '`', '`' || k.name || '`'),
        pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.name, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
    FROM keys AS k
    UNION ALL
    SELECT 4, 2, 0, k.conrelid, 1, k.conname, 'the comment on foreign key `' || k.conname || '`',
        pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.name, d.description)
    FROM keys AS k JOIN pg_catalog.pg_description AS d ON d.objoid = k.oid AND d.classoid = 'pg_catalog.pg_constraint'::regclass
    UNION ALL
    SELECT 4, CASE WHEN r.id IS NULL OR t.place IN (5, 6) AND r.level = 0 THEN 4 ELSE CASE r.level WHEN 0 THEN 1 ELSE 3 END END,
        coalesce(r.level, 0), t.relation, t.place, t.object || p.place, t.object, p.sql
    FROM attached AS t LEFT JOIN relations AS r ON r.id = t.relation
    LEFT JOIN pg_catalog.pg_description AS d ON d.objoid = t.id AND d.classoid = t.class,
        LATERAL (VALUES (0, t.back), (1, t.state), (2, pg_catalog.format('COMMENT ON %s IS %L', t.address, d.description)))
            AS p(place, sql)
    WHERE p.sql IS NOT NULL AND (p.place < 2 OR d.description IS NOT NULL)
)
SELECT pg_catalog.row_number() OVER (ORDER BY stage, major, level, relation, minor, detail COLLATE "C", sql COLLATE "C") AS place,
    stage, object, sql
FROM found

# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The free times of a team, among many meetings."""

from suite.bench import scenario

PEOPLE = 10


@scenario(
    "core.booking",
    sizes=[2_000, 20_000, 200_000],
    against="one SQL statement that reads the meetings of these people",
)
def find_free_times(bench):
    """A month of free times of a team of ten, each with meetings, as the public page asks for them."""
    with bench.ours.session(commit=True) as env:
        link = _make_link(env)
        _make_meetings(env, link.user_ids, bench.size)
        number = link.id

    def ours(env):
        link = env["crm.booking.type"].browse(number)
        times = link._get_free_times(link._get_hosts())
        assert len(times) == PEOPLE

    def floor(env):
        link = env["crm.booking.type"].browse(number)
        env.execute_query(_get_floor(link))

    bench.compare(ours=ours, reference=floor, on="ours", repeat=7)


def _get_floor(link):
    from odoo.tools import SQL

    return SQL(
        """SELECT attendee.partner_id, event.start, event.stop
             FROM calendar_attendee attendee JOIN calendar_event event ON event.id = attendee.event_id
            WHERE attendee.partner_id = ANY(%s) AND attendee.state != 'declined' AND event.active
              AND event.show_as = 'busy' AND event.start < now() AT TIME ZONE 'UTC' + interval '32 days'
              AND event.stop > now() AT TIME ZONE 'UTC' - interval '2 days'""",
        link.user_ids.partner_id.ids,
    )


def _make_link(env):
    group = env.ref("sales_team.group_sale_salesman")
    people = env["res.users"].create(
        [
            {
                "name": f"Host {number}",
                "login": f"bench.booking.{number}",
                "tz": "Europe/Paris",
                "group_ids": [(4, group.id)],
            }
            for number in range(PEOPLE)
        ]
    )
    return env["crm.booking.type"].create(
        {"name": "Bench", "slug": "bench", "mode": "shared", "user_ids": [(6, 0, people.ids)]}
    )


def _make_meetings(env, people, size):
    """Spread half-hour meetings of these people over five years around today, most of them past."""
    from odoo.tools import SQL

    env.flush_all()
    env.execute_query(
        SQL(
            """WITH event AS (
                   INSERT INTO calendar_event (name, start, stop, active, show_as, privacy, user_id, allday, create_uid, write_uid)
                   SELECT 'Bench', moment, moment + interval '30 minutes', TRUE, 'busy', 'public', (%(people)s)[1 + n %% %(count)s], FALSE, 1, 1
                     FROM generate_series(0, %(size)s - 1) n,
                  LATERAL (SELECT date_trunc('hour', now() AT TIME ZONE 'UTC') + interval '60 days'
                                  - n * interval '5 years' / %(size)s AS moment) instant
                RETURNING id, user_id)
               INSERT INTO calendar_attendee (event_id, partner_id, state)
               SELECT event.id, person.partner_id, 'accepted' FROM event JOIN res_users person ON person.id = event.user_id
               RETURNING id""",
            people=people.ids,
            count=len(people),
            size=size,
        )
    )
    env.cr.execute("ANALYZE calendar_event, calendar_attendee")

# Membership: on the home page, in the administration, and its reminder.

mail-membership-ends = Your membership ends soon
    .body =
        Your membership of { $host } ends on { $date }.

        To stay a member, renew it by then. Your home page says where you stand.
    .button = See my membership
    .after = Renewed already? Do nothing: your home page will say so as soon as we’ve noted it.

membership-title = Membership
membership-none = No membership
membership-current = Up to date
membership-ends = { $count ->
    [0] Ends today
    [one] Ends tomorrow
   *[other] Ends in { $count } days
}
membership-over = Over
membership-ahead = Not begun
membership-until = Until { $date }.
membership-ended = It ended on { $date }.
membership-from = From { $date } on.
membership-since = Member since { $date }.
membership-not-a-member = You’re not a member of { $host }, or we haven’t noted it yet.

admin-membership-edit = Change the membership
admin-membership-page = Membership of { $name }
admin-membership-intro = These dates say whether { $name } is a member of { $host }. Groups that are kept by a rule follow at once: access that nothing else opens closes right after the last day and the days of grace.
admin-membership-first = First day
admin-membership-last = Last day
admin-membership-last-help = Empty: no membership.
admin-membership-done = The membership of { $name } is saved.
admin-membership-error-title = The membership is not saved
admin-membership-not-a-date = Write a date such as 2027-12-31.
admin-membership-before = The last day comes before the first.

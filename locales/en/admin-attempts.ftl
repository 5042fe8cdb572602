# What somebody tried in vain, in the journal.

attempt-refused = Administrative action refused: { $act }
attempt-refused-on = Administrative action refused: { $act } ({ $name })
attempt-others = several attempts

attempt-look = look at the administration
attempt-decide = answer a request
attempt-switch-on = switch an account on
attempt-switch-off = switch an account off
attempt-sign-out = sign somebody out
attempt-reset-factor = take two-step sign-in away
attempt-merge = merge two accounts
attempt-write-again = send a verification link again
attempt-tend-mail = see to messages
attempt-rotate-keys = renew the signing keys
attempt-tend-services = change services
attempt-organize = change organizations
attempt-regroup = change groups
attempt-import = import accounts
attempt-set-membership = change a membership
attempt-tell-news = publish news

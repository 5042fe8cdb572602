# Opening an account.

sign-up-title = Create an account
sign-up-link = Create an account
sign-up-at = A { $host } account opens all your services.
sign-up-for-service = A { $host } account opens { $service } and your other services.
sign-up-email = Your e-mail address
sign-up-email-help = You’ll get a link there to go on.
sign-up-submit = Send me the link
sign-up-other-way = Somebody of the administration will then accept your account before you can use it.
sign-up-sign-in = I already have an account
sign-up-error-title = The link wasn’t sent
sign-up-throttled = Many accounts were asked for from your network. Wait an hour before asking for another.

sign-up-closed-title = No registration here
sign-up-closed = { $host } accounts aren’t created on this page.
sign-up-by-invitation = { $host } accounts are created by invitation.
sign-up-ask = To ask for one, write to { $contact }.

# Never says whether there is an account.
sign-up-sent = We’ve just written to { $email }. The message says how to go on; its link is good for twenty-four hours.
sign-up-sent-next = Open it, on this device if you can. You may close this page.
sign-up-sent-nothing = Nothing after a few minutes? Look in the spam folder, check the address, or have it sent again.
sign-up-sent-again = Another message is on its way. If you got several, use the last one.
sign-up-resend = Send again

sign-up-finish-title = Finish your account
sign-up-finish-email = Your address { $email } is confirmed.
sign-up-finish-error-title = There’s something to correct
sign-up-finish-submit = Create my account
sign-up-finish-join = Create my account and join { $organization }
sign-up-finish-not-you = You didn’t ask for anything? Close this page: no account will be created.
sign-up-terms-missing = Accept the terms of use to go on.
sign-up-to-approve = Somebody of { $host } will accept your account before you can use it.

sign-up-ready-title = Your account is ready
sign-up-joined = You are now a member of { $organization }.
sign-up-ready-text = Welcome! You’re signed in in this browser.
sign-up-waiting-title = Your request has arrived
sign-up-waiting-text = Somebody of { $host } still has to accept your account. Until then, it can’t be used to sign in.
sign-up-waiting-next = We’ll write to you as soon as it’s done. You may close this page.
sign-up-already-title = This account exists already
sign-up-already-text = This link was used, or this address has an account. Sign in to go on.

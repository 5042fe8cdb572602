# Forgotten password; change of password, of address, of username.

email-label = E-mail address
email-empty = Enter an e-mail address.
email-too-long = This address is too long: 254 characters at most.
email-not-ascii = Write the address without accents or special characters, like first.last@example.com.
email-malformed = Check the address: it should look like name@example.com.

username-rules = 2 to 39 unaccented letters, digits, dots or dashes. Start with a letter or a digit.
username-empty = Enter a username.
username-length = Choose a username of 2 to 39 characters.
username-character = Use only unaccented letters, digits, dots and dashes, and start with a letter or a digit.
username-reserved = Choose another username: this one is reserved.
username-taken = Choose another username: this one is taken, or once was.

# Never says whether the account exists.
recover-title = Forgotten password
recover-intro = Enter the e-mail address of your account: you’ll get a link there to choose a new password.
recover-submit = Send me the link
recover-back = Back to signing in
recover-error-title = No link was asked for
recover-throttled = Many links were asked for from your network. Wait an hour before asking for another.
recover-sent-title = Check your mail
recover-sent = If an account uses the address { $email }, a link has just been sent there. It’s good for thirty minutes.
recover-sent-next = Open it, on this device if you can, and choose a new password.
recover-sent-nothing = Nothing after a few minutes? Look in the spam folder, and check the address. If you asked for several links already, use the last one you got.
recover-again = Enter another address
recover-choose = For the account { $username }.
recover-consequence = Everywhere else, you’ll have to sign in again with this password.

change-error-title = Nothing was changed
change-back = Go back without changing anything

change-password-title = Change your password
change-password-consequence = Everywhere but here, you’ll have to sign in again.
change-password-current = Current password
change-password-wrong = This isn’t your current password.
change-password-throttled = There were too many tries. To protect your account, the next ones have to wait.
change-password-submit = Change the password
change-password-done = Your password has changed. Your other sessions are closed.

change-username-title = Change your username
change-username-current = Your current username is { $username }.
change-username-consequence = From then on, services will know the new one. Nobody but you will ever be able to take the old one.
change-username-label = New username
change-username-submit = Change the username
change-username-throttled = You tried many usernames. Wait a little before trying another.
change-username-done = Your username has changed. Your other sessions are closed.

change-email-title = Change your e-mail address
change-email-current = Your current address is { $email }.
change-email-consequence = We’ll write to both addresses. The current one remains yours until the new one is confirmed.
change-email-unverified = It isn’t confirmed: if it’s wrong, correct it here. We’ll write to the new one.
change-email-label = New address
change-email-submit = Send me the confirmation link
change-email-same = This is your address already: enter another one.
change-email-throttled = Several messages were asked for already. Wait a little before asking for another.
change-email-waiting = { $email } is still to be confirmed.
change-email-waiting-next = A message was sent there: it says how to go on. It’s good for an hour.

confirm-email-title = Is this your new address?
confirm-email-text = The address { $email } will become that of the account { $username }.
confirm-email-consequence = Everywhere but here, you’ll have to sign in again.
confirm-email-submit = Yes, use this address
confirm-email-done-title = Your address has changed
confirm-email-done-text = From now on, we’ll write to { $email }.
confirm-email-already-title = Your address has already changed
confirm-email-taken-title = This address can’t be used
confirm-email-taken-text = It is, or was until recently, the address of another account. Yours stays the same.
confirm-email-taken-again = Enter another address

cancel-email-title = Keep your old address?
cancel-email-waiting = Somebody asked to replace { $old } with { $new }. If you cancel, nothing will change.
cancel-email-confirmed = The address { $new } has replaced { $old }. If you cancel, { $old } will be that of your account again.
cancel-email-consequence = To be safe, all sessions will be closed and the current password will stop working: a link to choose another will be sent to you.
cancel-email-submit = Keep { $old }
cancel-email-leave = You’re happy with the change? Close this page.
cancel-email-done-title = The change is cancelled
cancel-email-done-text = The address of your account is { $old }.
cancel-email-restored = All sessions are closed. We’ve sent you a link to choose a new password: it’s good for thirty minutes.
cancel-email-restored-late = Too late, or nothing came? Ask for another link here.
cancel-email-not-you = It wasn’t you who asked for this change? Somebody knows your password: choose another one now.
cancel-email-recover = Choose another password

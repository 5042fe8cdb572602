# Messages sent by e-mail. Subjects stay under 50 characters.

mail-hello-name = Hello { $name },
mail-hello = Hello,
mail-bare-address = Doesn’t the button work? Copy this address into your browser:
mail-footer = { $host } sent you this message automatically, about your account.

mail-verify-subject = Confirm your e-mail address
mail-verify-why = This address was given for a { $host } account. Confirm that it is yours, and you can open your services.
mail-verify-button = Confirm my address
mail-verify-open = To confirm your address, open this link:
mail-verify-validity = The link is valid for one hour and works only once.
mail-verify-not-you = Didn’t ask for this? Do nothing: without confirmation, the address isn’t used.

mail-password-changed-subject = Your password has changed
mail-password-changed-why = The password of your { $host } account has just been changed. Everywhere else, you’ll be asked to sign in again.
mail-password-changed-you = If it was you, there’s nothing to do.
mail-password-changed-not-you = If it wasn’t you, someone else has had access to your account.
mail-password-changed-write = Write at once to { $address }.
mail-password-changed-warn = Tell { $host } at once.
mail-password-changed-button = Open my account
mail-password-changed-open = Your account:

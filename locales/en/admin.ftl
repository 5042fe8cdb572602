# The administrators' pages, and how there comes to be one.

first-administrator-title = Make the first administrator
first-administrator-intro = { $host } has no administrator yet. The account you make here may do everything.
first-administrator-email-help = We’ll send a link there to make sure that it is yours.
first-administrator-email-taken = Choose another address: this one has an account, or had one until recently.
first-administrator-next = Next: confirm your address, then set up a second step for signing in.

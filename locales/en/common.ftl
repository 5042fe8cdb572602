# What every page shares.
# Quotes, apostrophes and unbreakable spaces are part of the text: keep them.

skip-to-content = Skip to content
language-name = English
language-choice = Language
loquet-credit = Loquet, free software for signing in
demo-banner = Demonstration: the accounts are made up and nothing is really sent.
title-error = Error:

sign-in = Sign in
sign-out = Sign out
cancel = Cancel
use-another-account = Use another account

show-password = Show
show-password-label = Show the password
hide-password = Hide
hide-password-label = Hide the password
caps-lock-on = Caps lock is on

continue-to-service = Continue to { $service }
continue-to-account = Continue to your account

# A length of time, put in sentences such as "retry-in".
duration-seconds = { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
duration-minutes = { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration-hours = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
retry-in = Try again in { $duration }.

# Days and hours.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date = { $day } { $month } { $year }
moment = { $date }, { $time }
# How a clock shows hours and minutes (strftime).
clock = %H:%M

# The check that keeps robots out, and the way of those for whom it does not work.

captcha-label = I am a person
captcha-verifying = Checking…
captcha-verified = Check done
captcha-wait = The check is not finished: wait a moment.
captcha-error = The check failed. Tick the box to start again.
captcha-intro = A small computation by your device keeps robots out. Nobody is tracked.
captcha-no-script = Without JavaScript this check cannot be done: go on without it.
captcha-other-way-question = Does the check not work for you?
captcha-other-way = Go on without it
captcha-leave-empty = Leave this field empty

captcha-unsolved = The check was not done. Wait until it ends, or go on without it.
captcha-stale = The check was no longer valid. Here is a new one.
captcha-too-early = That was very quick, as a robot would have been. Wait a few seconds, then send it again.
captcha-trapped = A hidden field that must stay empty was filled in. Leave it empty, then send it again.
captcha-quota = Several requests have already come from your network without the check. Do the check, or come back later.

# On the sign-in page.
sign-in-captcha = There have been many tries. Do the check below and type your password again.

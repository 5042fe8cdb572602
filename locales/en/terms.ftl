# Terms of use and privacy.

legal-terms = Terms of use
legal-privacy = Personal data
legal-version = Version: { $version }

terms-title = Do you accept our terms?
terms-then-service = { $host } has new terms of use. Accept them to go on to { $service }.
terms-then-account = { $host } has new terms of use. Accept them to use your account.
terms-read = Read “{ $title }”
terms-accept = I accept these terms
terms-otherwise = If you do not accept them, sign out: your account stays as it is.

# Accounts brought in from elsewhere.

import-title = Import
import-intro = Bring in the members of an old site, with their passwords, from its export. A trial changes nothing, and says what would go in.
import-try-title = Try it first
import-apply-title = Import it
import-file = File that the old site exported
import-file-help = CSV or JSON Lines, in UTF-8, sixteen megabytes at most. Beyond that, or if the columns have other names, use the command “loquet import”.
import-again-help = Choose the same file again: nothing of it was kept. Another file would be tried first.
import-try = Try
import-apply = Import these accounts
import-restart = Try another file
import-error-title = Nothing was imported
import-no-file = Choose a file.
import-too-large = Split it into files of sixteen megabytes at most, or use the command “loquet import”.
import-other-file = This is not the file that you tried before: it has been tried now, and nothing has changed.
import-tried = That was a trial: nothing has changed. This is what would happen.
import-done = The import is done. Doing it again would change nothing.
import-report = What came of it
import-records = Accounts in the file
import-imported = New accounts
import-updated = Accounts brought up to date
import-unchanged = Accounts as they were
import-rejected = Refused lines
import-disabled = { $count ->
        [one] { $count } account is switched off.
       *[other] { $count } accounts are switched off.
    }
import-flags = { $count ->
        [one] { $count } account was an administrator there: it is none here.
       *[other] { $count } accounts were administrators there: they are none here.
    }
import-languages = { $count ->
        [one] { $count } account has a language that is not spoken here: the server’s is used instead.
       *[other] { $count } accounts have a language that is not spoken here: the server’s is used instead.
    }
import-refused = Lines that don’t go in
import-refused-help = Correct them in the file, and import it again: what is in already will not move.
import-others = { $count ->
        [one] One other line is refused.
       *[other] { $count } other lines are refused.
    }
import-place = Line of the file
import-why = What is wrong
import-line = Line { $line }
import-wrong = { $column }: { $what }
import-wrong-columns = not as many columns as the first line
import-wrong-length = longer than 64 KiB
import-wrong-quote = a quotation mark is out of place, or not closed
import-wrong-json = not one JSON object on one line, of simple values
import-wrong-letters = unreadable characters: save the file as UTF-8
import-wrong-empty = nothing is written there
import-wrong-truth = neither yes nor no
import-wrong-username = a username that Loquet doesn’t accept
import-wrong-email = not a whole e-mail address
import-wrong-hash = not a password hash that Loquet can take over
import-wrong-text = a text that is too long, or control characters
import-wrong-date = not a date
import-wrong-twice = already used by line { $line }
import-wrong-taken = already used by another account
import-wrong-language = a language that is not spoken here
import-empty = This file is empty: choose another one.
import-not-utf8 = Save this file as UTF-8 (“CSV UTF-8” in a spreadsheet), then start again.
import-json-list = This file is a JSON list: write one object on each line.
import-no-column = The first line has no column “{ $column }”, which is needed.
import-two-columns = The first line has two columns “{ $column }”: keep one.
import-no-header = The first line must name the columns.
import-stopped-before = The database did not keep up, at line { $line }: nothing has changed. Start again later.
import-stopped = The database did not keep up: everything up to line { $line } is in. Start again with the same file, and it will go on from there.

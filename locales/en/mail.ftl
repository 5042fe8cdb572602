# Messages sent by e-mail. A key is a subject (under 50 characters); src/mail/kind.rs says what .body,
# .button and .after are.

mail-hello-name = Hello { $name },
mail-hello = Hello,
mail-link = { $label }:
mail-bare-address = Doesn’t the button work? Copy this address into your browser:
mail-footer = { $host } sent you this message automatically.

# Sentences that several messages use.
mail-alarm = { $contact ->
    [none] Tell { $host } at once.
   *[other] Write at once to { $contact }.
}
mail-ask = { $contact ->
    [none] Tell { $host }.
   *[other] Write to { $contact }.
}
mail-not-you = If it was you, there’s nothing to do. If it wasn’t you, someone else has access to your account: change your password. { mail-alarm }

mail-verify = Confirm your e-mail address
    .body = This address was given for a { $host } account. Confirm that it is yours, and you can open your services.
    .button = Confirm my address
    .after =
        The link is valid for one hour and works only once.

        Didn’t ask for this? Do nothing: without confirmation, the address isn’t used.

mail-sign-up = Finish creating your account
    .body = { $service ->
        [none] A { $host } account was asked for with this address. All that’s left is to choose a username and a password.
       *[other] A { $host } account was asked for with this address, to use { $service }. All that’s left is to choose a username and a password.
    }
    .button = Create my account
    .after =
        The link is valid for twenty-four hours and works only once.

        Didn’t ask for this? Do nothing: no account will be created.

mail-already-registered = You already have an account
    .body =
        Someone, most likely you, asked for a { $host } account with this address. It already has one.

        Sign in with this address and your password. If you’ve forgotten it, choose a new one.
    .button = Choose a new password
    .after = Didn’t ask for this? Do nothing: your account hasn’t changed, and whoever asked has learnt nothing.

mail-invitation = You have an invitation
    .body =
        { $host } invites you to open an account.

        The account is yours alone: you choose its name and its password.
    .button = See the invitation
    .after =
        The link is valid for seven days and works only once.

        Weren’t expecting this invitation? Do nothing: nothing changes unless you agree.

mail-became-referent = You look after an organization now
    .body =
        You can now look after the members of “{ $organization }”: invite and remove people, give them access to services.
    .button = See the members
    .after = If this surprises you, talk to the other referents of “{ $organization }”.

mail-new-referent = There is a new referent
    .body =
        In “{ $organization }”, this role was just given to: { $person }. Referents invite and remove people, and give them access to services.

        You receive this message because you are a referent of this organization, or an administrator of { $host }.
    .button = See the members
    .after = If this surprises you, you can put an end to it on that page.

mail-placed = You are in an organization
    .body =
        The team of { $host } has put you among the members of “{ $organization }”. Those who look after it see your name and your e-mail address, and may give you access to its services.
    .button = See my organizations
    .after = If you don’t want to be in it, you can leave it on that page.

mail-membership-ended = You are no longer in an organization
    .body =
        “{ $organization }” has removed you from its members. The services that you used through it are closed to you; your { $host } account and the rest of your access stay the same.
    .after = If this is a mistake, turn to “{ $organization }”.

mail-membership = You have an invitation
    .body =
        { $inviter ->
            [none] { $host } invites you to join “{ $organization }”.
           *[other] { $inviter } invites you to join “{ $organization }” at { $host }.
        }

        { $services ->
            [none] The invitation says what you’re offered. You can accept it or decline it.
           *[other] This invitation opens for you: { $services }. You can accept it or decline it.
        }
    .button = See the invitation
    .after =
        The link is valid for seven days, for this address only.

        { $inviter ->
            [none] You don’t know “{ $organization }”, or weren’t expecting this invitation? Do nothing: nothing changes unless you agree.
           *[other] You don’t know { $inviter } or “{ $organization }”? Do nothing: nothing changes unless you agree.
        }

mail-access-requested = Somebody asks for access to a service
    .body =
        { $organization ->
            [none] { $person } asks for access to { $service }.
           *[other] { $person } asks for access to { $service }, as a member of “{ $organization }”.
        }

        { $organization ->
            [none] You get this message because you are an administrator of { $host }.
           *[other] You get this message because you can give them this access.
        }
    .button = Answer the request
    .after = The page lets you accept or decline. If several of you can answer, the first answer counts.

mail-access-accepted = Your request for access is accepted
    .body = You asked for access to { $service }. It’s a yes: you can use it from now on.
    .button = Open the service
    .after = Didn’t ask for anything? { mail-ask }

mail-access-declined = Your request for access is declined
    .body = You asked for access to { $service }. This time, the answer is no.
    .after = You can ask again from { $date } on.

mail-registration-waiting = Your request for an account has arrived
    .body =
        You asked for a { $host } account, and your address is confirmed. An administrator still has to accept your request.

        We’ll write to you as soon as that’s done. There’s nothing to do until then.
    .after = Didn’t ask for this? { mail-ask }

mail-registration-approved = Your account is ready
    .body = Your request for a { $host } account has been accepted. You can sign in now.
    .button = Sign in
    .after = Didn’t ask for this? { mail-ask }

mail-registration-declined = Your request for an account was declined
    .body = You asked for a { $host } account. The request was declined: there is no account at this address.
    .after = Think it’s a mistake, or didn’t ask for this? { mail-ask }

mail-reset-password = Choose a new password
    .body = A new password was asked for, for your { $host } account. This link lets you choose it: don’t give it to anyone.
    .button = Choose a password
    .after =
        The link is valid for thirty minutes and works only once.

        Didn’t ask for this? Do nothing: your password stays the same.

mail-password-changed = Your password has changed
    .body =
        The password of your { $host } account has just been changed. Everywhere else, you’ll be asked to sign in again.

        If it was you, there’s nothing to do. If it wasn’t you, someone else has had access to your account. { mail-alarm }
    .button = Open my account

mail-email-change-confirm = Confirm your new e-mail address
    .body = This address was given as the new address of a { $host } account. It replaces the old one once you’ve confirmed it.
    .button = Confirm this address
    .after =
        The link is valid for one hour and works only once.

        Didn’t ask for this? Do nothing: without confirmation, the address isn’t used.

mail-email-change-notice = Your e-mail address is about to change
    .body =
        A new address, { $address }, was given for your { $host } account. Once confirmed, it replaces this one.

        If it was you, there’s nothing to do. If it wasn’t you, cancel: your account keeps the present address.
    .button = Cancel the change
    .after =
        The link is valid for seven days, even after the change.

        Not you? Someone else has access to your account: cancel, then change your password. { mail-alarm }

mail-email-changed = Your e-mail address has changed
    .body =
        The address of your { $host } account is now { $address }. That’s where we’ll write to you.

        { mail-not-you }
    .button = Open my account

mail-email-change-cancelled = Your e-mail address stays the same
    .body =
        The change of address asked for, for your { $host } account, is cancelled. Your account keeps this address, where you receive this message.

        If you hadn’t asked for the change, someone else has access to your account: change your password. { mail-alarm }
    .button = Open my account

mail-username-changed = Your username has changed
    .body =
        The username of your { $host } account is now { $username }. Use it to sign in from now on.

        { mail-not-you }
    .button = Open my account

mail-new-device = Sign-in from a new device
    .body =
        Someone has just signed in to your { $host } account from a device we hadn’t seen before.

        Device: { $device ->
            [none] unknown
           *[other] { $device }
        }
        Network: { $place }
        Date: { $when }

        { mail-not-you }
    .button = Open my account

mail-second-factor-refused = Someone knows your password
    .body =
        Someone typed the right password of your { $host } account, then several wrong codes. Without the right code, nobody got in.

        Device: { $device ->
            [none] unknown
           *[other] { $device }
        }
        Network: { $place }
        Date: { $when }

        If it was you, there’s nothing to do. If not, change your password now.
    .button = Open my account

mail-authenticator-added = Authenticator app added
    .body =
        An authenticator app now protects your { $host } account: it gives the code asked for after your password.

        { mail-not-you }
    .button = Open my account

mail-authenticator-removed = Authenticator app removed
    .body =
        The authenticator app of your { $host } account has just been removed: its codes no longer work.

        { mail-not-you }
    .button = Open my account

mail-passkey-added = Passkey added
    .body =
        { $passkey ->
            [none] A passkey now opens your { $host } account.
           *[other] The passkey “{ $passkey }” now opens your { $host } account.
        }

        { mail-not-you }
    .button = Open my account

mail-passkey-removed = Passkey removed
    .body =
        { $passkey ->
            [none] A passkey no longer opens your { $host } account.
           *[other] The passkey “{ $passkey }” no longer opens your { $host } account.
        }

        { mail-not-you }
    .button = Open my account

mail-factors-reset = Your two-step sign-in has been removed
    .body =
        The team of { $host } has removed two-step sign-in from your account: for now, the password is enough to get in. All your sessions have ended.

        You can set up a second proof again from your account. If you didn’t ask for this, tell the team without delay.
    .button = Open my account

mail-recovery-codes-renewed = Your recovery codes are renewed
    .body =
        New recovery codes have just been made for your { $host } account. The old ones no longer work.

        { mail-not-you }
    .button = Open my account

mail-recovery-code-used = A recovery code was used
    .body =
        A recovery code has just been used to open your { $host } account. { $count ->
            [0] It was the last one: make new ones now.
            [1] You have only one left: make new ones now.
           *[other] You have { $count } left.
        }

        { mail-not-you }
    .button = Open my account

mail-token-made = Access token made
    .body =
        { $token ->
            [none] An access token was made for your { $host } account: a program that has it can manage, in your name, the organizations you look after.
           *[other] The access token “{ $token }” was made for your { $host } account: a program that has it can manage, in your name, the organizations you look after.
        }

        { mail-not-you }
    .button = Open my account

mail-deletion-scheduled = Your account is going to be deleted
    .body =
        Someone asked to delete your { $host } account. It will happen on { $date }.

        If it was you, there’s nothing to do. If you change your mind, or if it wasn’t you, keep your account.
    .button = Keep my account
    .after =
        The link is valid until the deletion. After that, the account can’t be brought back.

        Not you? Someone else has access to your account: keep it, then change your password. { mail-alarm }

mail-deletion-cancelled = Your account stays
    .body =
        The deletion of your { $host } account is cancelled. Everything stays as it was.

        If you hadn’t asked for the deletion, someone else has access to your account: change your password. { mail-alarm }
    .button = Open my account

mail-account-deleted = Your account is deleted
    .body =
        Your { $host } account is deleted, as was asked. You can no longer sign in, or open your services with it.

        This is the last message about this account.
    .after = Didn’t ask for this? { mail-ask }

mail-account-merged = Your two accounts are now one
    .body =
        The team of { $host } has made your other account, { $username }, a part of this one. Its organizations, groups and accesses are here now. You go on signing in as before, with this account; the other one no longer exists.

        Some services may not know that you are the same person: what you kept there under the other account stays there, and those who look after them can tell you how to get it.

        If you didn’t ask for this, tell the team without delay.
    .button = Open my account

mail-account-merged-away = Your two accounts are now one
    .body =
        The team of { $host } has made this account a part of your other one, whose address is { $address }. Sign in with that one from now on: this account, its password and its sessions no longer exist.

        This is the last message about this account.
    .after = Didn’t ask for this, or don’t know that address? { mail-ask }

mail-test = Mail works
    .body = You asked { $host } for this message to see whether its mail arrives. It does: there’s nothing to do.

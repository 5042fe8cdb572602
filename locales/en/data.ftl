# What an account holds: sessions, services, activity.

home-manage-account = Manage my account

sessions-title = Your open sessions
sessions-intro = These browsers are signed in to your account. One you don’t recognise? Sign it out, then change your password.
sessions-this-one = This browser
sessions-unknown-device = Unknown browser
sessions-since = Signed in on { $when }
sessions-last-seen = Last seen on { $when }
sessions-place = Network { $range }
sessions-end = Sign out
sessions-end-others = Sign out everywhere else
sessions-others-help = The services opened from those browsers are closed too. Applications that you let act while you’re away go on.
sessions-others-services = See your services
sessions-only-title = You’re signed in here only
sessions-only = When you sign in on another device, it’s listed here with a button to sign it out.
sessions-ended = That browser is signed out.
sessions-others-ended = Every other browser is signed out.

services-title = Services you use
services-intro = What each service receives from your account, and how to end it.
services-none-title = No service receives anything from you
services-none = Once you sign in to a service, you’ll see here what it receives, and you can take it back.
services-open-one = Open a service
services-ours = Run by { $host }
services-since = Since { $date }
services-last-used = Last used on { $when }
services-not-in-use = Not in use at the moment
services-receives = It receives:
services-withdraw = Withdraw access
services-sign-out = Sign out of it
services-ended = Done: that service has no access to your account any more. You can sign in to it again whenever you like.

service-withdraw-title = Withdraw access for { $service }?
service-withdraw-effect = { $service } will lose access to your account right away, on all your devices. The next time you open it, you’ll be asked again what it may receive.
service-withdraw-kept = What { $service } already received stays with it: ask its people to erase it, if that’s what you want.
service-sign-out-title = Sign out of { $service }?
service-sign-out-effect = { $service } will be closed on all your devices. You can open it again whenever you like.
service-sign-out-ours = It’s one of { $host }’s own services, so it isn’t asked each time what it may receive.
service-keep = Change nothing

journal-title = Your account’s activity
journal-intro = What happened to your account, the latest first. Something that wasn’t you?
journal-security = Protect your account
journal-none-title = Nothing so far
journal-none = Sign-ins, changes of password and the like will be listed here.
journal-what = What
journal-where = From where
journal-when = When
journal-organization-gone = an organization that no longer exists
journal-pages = Pages
journal-newest = Latest
journal-older = Older

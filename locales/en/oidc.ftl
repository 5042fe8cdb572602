# On the way to a service.

continue-title = Almost there
continue-text = If nothing happens, use this button.

refused-title = You don’t have access to { $service } yet
refused-signed-in-as = You’re using the account of { $name }.
refused-reason = Only certain people have access to { $service }, and this account isn’t one of them.
refused-ask-one-of = To get in, ask one of these people for access:
refused-ask-host = To get in, ask { $host } for access.
refused-ask-organization = To get in, ask the referent of your organization for access.
refused-write = Write to { $address }
refused-back = Go back to { $service }


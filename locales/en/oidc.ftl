# On the way to a service.

continue-title = Almost there
continue-text = If nothing happens, use this button.
continue-submit = Continue

consent-title = Share this information with { $service }?
consent-signed-in-as = You’re using the account of { $name }.
consent-receives = If you agree, { $service } will receive:
consent-openid = an identifier that recognises you from one visit to the next
consent-profile = your first and last name, your username { $username } and what your profile says
consent-email = your e-mail address, { $email }
consent-address = your postal address
consent-phone = your telephone number
consent-groups = your groups and roles for this service
consent-organizations = the ability to manage, in your name, the members and access of the organizations you look after
consent-offline_access = the ability to act for you while you’re away, even after you sign out
consent-place = This service is at { $place }.
consent-password-safe = Your password is never shared.
consent-policy = What this service does with your data
consent-terms = Its terms of use
consent-allow = Agree and continue
consent-deny = Refuse and go back

refused-title = You don’t have access to { $service } yet
refused-signed-in-as = You’re using the account of { $name }.
refused-reason = Only certain people have access to { $service }, and this account isn’t one of them.
refused-nobody = Nobody has access to { $service } yet.
refused-organization-off = You had access to { $service } through “{ $organization }”, which is switched off for now.
refused-ask-one-of = Your request will go to:
refused-host = the { $host } team
refused-ask = Ask for access
refused-ask-again = Ask again
refused-asked = Request sent on { $when } to { $whom }. You’ll get an e-mail as soon as there is an answer.
refused-declined = { $whom } said no to your request, on { $date }.
refused-declined-until = You can ask again from { $date } on.
refused-too-many = You’ve made many requests since yesterday. Try again tomorrow.
refused-own = You look after “{ $organization }”: you can open this access yourself.
refused-own-link = See the requests
refused-write = Write to { $address }
refused-back = Go back to { $service }

end-session-title = Sign out of { $host }?
end-session-signed-in-as = The account of { $name } is open in this browser.
end-session-asked-by = { $service } suggests closing your session. The other services you opened with this account will be told.
end-session-confirm = Sign me out
end-session-stay = Stay signed in

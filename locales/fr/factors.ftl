# Signing in in two steps: the app, the recovery codes, the passkeys.

two-steps-title = Double authentification
two-steps-intro = Après le mot de passe, une deuxième preuve : quelqu’un qui le devinerait n’entrerait pas pour autant.

second-factor-title = Deuxième étape
second-factor-text = Ouvrez votre application d’authentification et saisissez le code qu’elle affiche pour { $host }.
second-factor-recovery-text = Saisissez l’un de vos codes de secours. Il ne servira qu’une fois.
second-factor-submit = Continuer
second-factor-use-recovery = Utiliser un code de secours
second-factor-use-app = Utiliser l’application
second-factor-start-again = Recommencer
second-factor-malformed = Saisissez les six chiffres que l’application affiche.
second-factor-wrong = Ce code n’est pas le bon, ou il a déjà servi. Attendez que l’application en affiche un autre.
second-factor-recovery-malformed = Saisissez les seize lettres et chiffres d’un code de secours.
second-factor-recovery-wrong = Ce code de secours n’est pas le bon, ou il a déjà servi.
code-label = Code à six chiffres
code-check = Saisissez un autre code.
recovery-code-label = Code de secours

authenticator-title = Application d’authentification
authenticator-none = Aucune pour le moment
authenticator-since = Active depuis le { $date }
authenticator-add = Ajouter une application
authenticator-replace = Changer d’application
authenticator-remove = Retirer l’application
authenticator-intro = C’est une application de votre téléphone ou de votre ordinateur. Elle affiche un code qui change toutes les trente secondes et que nous vous demanderons après le mot de passe.
authenticator-demanded = Votre compte en a besoin : { $host } demande la double authentification. Ajoutez une application pour continuer.
authenticator-replaces = Vous en avez une depuis le { $date }. Elle reste valable tant que la nouvelle n’est pas confirmée.
authenticator-scan = Scannez ce code
authenticator-apps = Aegis, FreeOTP+, 2FAS ou un gestionnaire de mots de passe conviennent.
authenticator-qr = Code QR à scanner avec l’application. La clé écrite dessous dit la même chose.
authenticator-type = Vous ne pouvez pas scanner ? Saisissez cette clé dans l’application, au nom de { $account } :
authenticator-confirm = Saisissez le code affiché
authenticator-effect = Vos sessions sur d’autres appareils seront fermées.
authenticator-submit = Activer
authenticator-error-title = L’application n’est pas encore activée
authenticator-wrong = Ce n’est pas le code attendu. Vérifiez que votre appareil est à l’heure, puis saisissez le code suivant.
authenticator-remove-title = Retirer l’application d’authentification ?
authenticator-remove-last = Votre mot de passe suffira pour entrer dans votre compte. Vos codes de secours ne serviront plus, et vos sessions sur d’autres appareils seront fermées.
authenticator-remove-text = Vos clés d’accès resteront votre deuxième preuve. Vos sessions sur d’autres appareils seront fermées.
authenticator-remove-submit = Retirer l’application
authenticator-keep = Garder l’application
authenticator-must-stay = { $host } demande la double authentification pour votre compte, et cette application est votre seule deuxième preuve. Pour en changer, ajoutez la nouvelle : elle prendra sa place.

recovery-codes-title = Codes de secours
recovery-codes-intro = Chacun remplace une fois le code de l’application, pour le jour où votre téléphone est perdu ou cassé.
recovery-codes-left = { $count ->
        [0] Il ne vous en reste aucun.
        [one] Il vous en reste { $count }.
       *[other] Il vous en reste { $count }.
    }
recovery-codes-renew-text = Vous pouvez en créer dix nouveaux. Les anciens ne serviront plus, et vos sessions sur d’autres appareils seront fermées.
recovery-codes-renew = Créer dix nouveaux codes
recovery-codes-keep = Garder ceux que j’ai

new-codes-title = Gardez vos codes de secours
new-codes-added = La double authentification est active.
new-codes-text = Imprimez cette page ou recopiez les codes, et rangez-les ailleurs que sur votre téléphone. Ils ne seront plus jamais affichés.
new-codes-of = Codes de secours de { $name } pour { $host }
new-codes-date = Créés le { $date }. Chacun sert une fois.
new-codes-next = Je les ai gardés, continuer

sign-in-with-passkey = Se connecter avec une clé d’accès
second-factor-use-passkey = Utiliser une clé d’accès
passkey-refused = Cette clé d’accès n’a pas été reconnue. Réessayez, ou connectez-vous autrement.
passkey-failed = La clé d’accès n’a pas répondu. Réessayez.
passkeys-title = Clés d’accès
passkeys-intro = Votre téléphone, votre ordinateur ou une clé de sécurité peut prouver que c’est vous, avec votre empreinte, votre visage ou un code. Une clé d’accès suffit pour se connecter, sans mot de passe.
passkeys-none = Vous n’en avez pas encore.
passkeys-count = { $count ->
        [0] Aucune pour le moment
        [one] { $count } clé d’accès
       *[other] { $count } clés d’accès
    }
passkeys-manage = Gérer les clés d’accès
passkeys-full = Vous en avez autant qu’il est possible. Retirez-en une pour en ajouter une autre.
passkeys-need-script = Cette page a besoin de JavaScript et d’un navigateur récent pour ajouter une clé d’accès.
passkey-unnamed = Clé d’accès
passkey-since = Ajoutée le { $date }
passkey-used = Utilisée le { $date }
passkey-remove = Retirer
passkey-remove-named = Retirer { $name }
passkey-add-title = Ajouter une clé d’accès
passkey-name = Son nom
passkey-name-help = Pour la reconnaître : « Téléphone », « Clé du bureau ».
passkey-name-check = Choisissez un nom de 64 caractères au plus.
passkey-add = Ajouter
passkey-error-title = La clé d’accès n’est pas ajoutée
passkey-not-added = La clé n’a pas été reconnue, ou la page était ouverte depuis plus de cinq minutes. Réessayez.
passkey-remove-title = Retirer cette clé d’accès ?
passkey-remove-text = { $name } ne servira plus à se connecter. Vos sessions sur d’autres appareils seront fermées.
passkey-remove-last = C’est votre seule deuxième preuve : ensuite, votre mot de passe suffira et vos codes de secours ne serviront plus.
passkey-must-stay = { $host } demande la double authentification pour votre compte, et cette clé est votre seule deuxième preuve. Ajoutez-en d’abord une autre.
passkey-remove-submit = Retirer la clé d’accès
passkey-keep = La garder
authenticator-or-passkey = Vous préférez une clé d’accès ?
authenticator-use-passkey = Ajouter une clé d’accès

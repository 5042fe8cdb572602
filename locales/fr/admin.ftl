# Les pages de l’administration, et comment on y arrive.

first-administrator-title = Créer le premier compte d’administration
first-administrator-intro = { $host } n’a encore personne pour l’administrer. Le compte que vous créez ici pourra tout faire.
first-administrator-email-help = Nous y enverrons un lien pour vérifier que c’est bien la vôtre.
first-administrator-email-taken = Choisissez une autre adresse : celle-ci a un compte, ou en avait un il y a peu.
first-administrator-next = Ensuite : confirmez votre adresse, puis mettez en place la double authentification.

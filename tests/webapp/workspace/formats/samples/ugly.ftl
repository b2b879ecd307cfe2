### Resource, { unbalanced
## Group

# A note,
# of two lines
hello   = Hello, { $name }!
-brand = Tandem
    .gender = masculine
multi =
    First line
      indented { -brand }

    last { "{" } line
    .title = Title
    .aria-label   =   Label
emails = You have { $n ->
    [0] none, { -brand }
    [one] one mail
   *[other] { $n } mails
} in { $box }
only = { $n ->
    [one] { $gender ->
        [male] his
       *[other2] hers
    }
   *[other]
       many
       of { $n }
}
inline = First
  second
attribute-only =
    .label = Just a label
reference = { hello.title } { NUMBER($n, minimumFractionDigits: 2) } { "" }
# dangling

last = end
use levity::Config;

use super::*;

fn refused(url: &str) -> Option<&'static str> {
    match words("nuke", &Config::from_url(url).unwrap()) {
        Ok(()) => None,
        Err(Refusal::Word { word, .. }) => Some(word),
        Err(other) => panic!("{other}"),
    }
}

fn with(variable: &'static str, value: &'static str) -> impl Fn(&str) -> Option<OsString> {
    move |name| (name == variable).then(|| value.into())
}

#[test]
fn production_is_recognised_in_either_variable_trimmed_and_in_any_case() {
    for variable in ["NODE_ENV", "APP_ENV"] {
        for value in ["production", " Production\n", "PRODUCTION"] {
            assert_eq!(production_variable(with(variable, value)), Some(variable), "{variable}={value:?}");
        }
        for value in ["", "development", "prod", "production2"] {
            assert_eq!(production_variable(with(variable, value)), None, "{variable}={value:?}");
        }
    }
    assert_eq!(production_variable(with("RUST_ENV", "production")), None);
}

#[test]
fn url_with_a_forbidden_host_is_refused() {
    assert_eq!(refused("postgres://u@db.example.com/app"), Some(".com"));
    assert_eq!(refused("postgres://u@x.rds.amazonaws.eu/app"), Some("rds.amazonaws"));
    assert_eq!(refused("postgres://u@prod-1/app"), Some("prod"));
}

#[test]
fn url_with_a_forbidden_database_user_or_password_is_refused() {
    assert_eq!(refused("postgres://u@h/app_production"), Some("prod"));
    assert_eq!(refused("postgres://prod@h/app"), Some("prod"));
    assert_eq!(refused("postgres://u:prod@h/app"), Some("prod"));
}

#[test]
fn upper_case_is_refused() {
    assert_eq!(refused("postgres://u@DB.EXAMPLE.COM/app"), Some(".com"));
    assert_eq!(refused("postgres://u@h/PROD"), Some("prod"));
    assert_eq!(refused("host=X.RDS.AMAZONAWS.cn dbname=a"), Some("rds.amazonaws"));
}

#[test]
fn percent_encoded_parts_are_refused_by_what_they_mean() {
    assert_eq!(refused("postgres://u@db%2Eexample%2E%63om/app"), Some(".com"));
    assert_eq!(refused("postgres://u@h/%70rod"), Some("prod"));
    assert_eq!(refused("postgres://u:%70%72od@h/app"), Some("prod"));
}

#[test]
fn key_value_form_is_refused() {
    assert_eq!(refused("host=db.example.com dbname=app"), Some(".com"));
    assert_eq!(refused("host='h' dbname='my prod'"), Some("prod"));
    assert_eq!(refused(r"host=h dbname=p\rod"), Some("prod"));
}

#[test]
fn any_of_several_hosts_is_refused() {
    assert_eq!(refused("postgres://u@a:1,db.example.com:2/app"), Some(".com"));
    assert_eq!(refused("host=a,prod2 dbname=app"), Some("prod"));
}

#[test]
fn host_beside_a_harmless_address_is_refused() {
    assert_eq!(refused("host=db.example.com hostaddr=127.0.0.1 dbname=app"), Some(".com"));
    assert_eq!(refused("postgres://u@prod-db/app?hostaddr=127.0.0.1"), Some("prod"));
}

#[test]
fn socket_path_is_refused() {
    assert_eq!(refused("host=/run/prod dbname=app"), Some("prod"));
    assert_eq!(refused("postgres://u@%2Frun%2Fprod/app"), Some("prod"));
    assert_eq!(refused("postgres:///app?host=/run/prod"), Some("prod"));
}

#[test]
fn options_and_other_parameters_are_refused() {
    assert_eq!(refused("postgres://u@h/app?options=-csearch_path%3D%70rod"), Some("prod"));
    assert_eq!(refused("postgres://u@h/app?application_name=shop-prod"), Some("prod"));
    assert_eq!(refused("host=h dbname=app sslrootcert=/etc/x.com.pem"), Some(".com"));
}

#[test]
fn direct_connection_is_checked_too() {
    let lookup = |name: &str| match name {
        "DATABASE_URL" => Some("postgres://u@pooler/app".into()),
        "DATABASE_DIRECT_URL" => Some("postgres://u@db.example.com/app".into()),
        _ => None,
    };
    let config = Config::from_lookup(lookup).unwrap();
    assert_eq!(words("nuke", &config), Err(Refusal::Word { command: "nuke", word: ".com" }));
}

#[test]
fn what_has_none_of_the_words_passes() {
    for url in ["postgres://u:p@localhost:5432/app", "host=/tmp dbname=app user=u", "postgres://u@[::1]/dev"]
    {
        assert_eq!(refused(url), None, "{url}");
    }
}

#[test]
fn refusal_names_the_word_and_not_the_value() {
    let config = Config::from_url("postgres://u:s3cret@db.example.com/app").unwrap();
    let message = words("nuke", &config).unwrap_err().to_string();
    assert!(message.contains("`.com`"), "{message}");
    assert!(!message.contains("example") && !message.contains("s3cret"), "{message}");
}

#[test]
fn only_a_mark_of_this_very_database_counts() {
    assert_eq!(disposable("reset", MarkerState::Marked(Marker::Disposable)), Ok(()));
    let command = "reset";
    let cases = [
        (MarkerState::Unmarked, Refusal::Unmarked { command }),
        (MarkerState::Marked(Marker::Production), Refusal::MarkedProduction { command }),
        (MarkerState::Foreign(Marker::Disposable), Refusal::Foreign { command }),
        (MarkerState::Foreign(Marker::Production), Refusal::Foreign { command }),
    ];
    for (marker, refusal) in cases {
        assert_eq!(disposable(command, marker), Err(refusal));
    }
}

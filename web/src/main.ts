import './polyfills';
import 'element-plus/theme-chalk/base.css';
import 'element-plus/theme-chalk/dark/css-vars.css';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/tables.css';
import './styles/shell.css';

import { createApp } from 'vue';

import { clientHooks } from '@/api/client';
import { i18n, language } from '@/i18n';
import App from './App.vue';
import { router } from './router';
import { askAgain, askProof } from '@/state/again';
import { applyLook } from '@/state/look';

clientHooks({ language: () => language.value, signedOut: askAgain, stepUp: askProof });
applyLook();
document.documentElement.lang = language.value;
createApp(App).use(i18n).use(router).mount('#app');

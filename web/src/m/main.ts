import '../polyfills';
import '../styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';

import { createApp } from 'vue';

import { clientHooks } from '@/api/client';
import { askAgain } from '@/state/again';
import { applyLook } from '@/state/look';
import App from './App.vue';
import { router } from './router';
import { language } from './text';

clientHooks({ language: () => language.value, signedOut: askAgain });
applyLook();
createApp(App).use(router).mount('#app');
